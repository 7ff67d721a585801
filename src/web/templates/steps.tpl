{{%AUTOESCAPE context="HTML"}}
<ol class="steps" aria-label="[[steps.label]]">
  <li{{#AT_PASSWORD}} aria-current="step"{{/AT_PASSWORD}}>[[steps.password]]</li>
  <li{{#AT_FACTOR}} aria-current="step"{{/AT_FACTOR}}>[[steps.factor]]</li>
  <li{{#AT_CODES}} aria-current="step"{{/AT_CODES}}>[[steps.codes]]</li>
</ol>

{{%AUTOESCAPE context="HTML"}}
<div class="field">
  <label for="new_password">[[field.new_password]]</label>
  <input id="new_password" name="new_password" type="password" autocomplete="new-password" required aria-describedby="{{#NEW_PASSWORD_PROBLEM}}new_password-problem {{/NEW_PASSWORD_PROBLEM}}new_password-rule"{{#NEW_PASSWORD_PROBLEM}} aria-invalid="true"{{#NEW_PASSWORD_FOCUS}} autofocus{{/NEW_PASSWORD_FOCUS}}{{/NEW_PASSWORD_PROBLEM}}>
  {{#NEW_PASSWORD_PROBLEM}}<ul class="problem" id="new_password-problem">{{#BROKEN_RULE}}<li>{{BROKEN_RULE_TEXT}}</li>{{/BROKEN_RULE}}</ul>{{/NEW_PASSWORD_PROBLEM}}
  <p class="hint" id="new_password-rule">{{PASSWORD_RULE}}</p>
  <div class="password-tools" id="new_password-tools"></div>
</div>

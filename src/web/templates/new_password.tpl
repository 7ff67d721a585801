{{%AUTOESCAPE context="HTML"}}
<button class="unseen" tabindex="-1" aria-hidden="true">[[action.go_on]]</button>
<div class="field">
  <label for="new_password">[[field.new_password]]</label>
  <input id="new_password" name="new_password" type="password" autocomplete="new-password" required aria-describedby="{{#NEW_PASSWORD_PROBLEM}}new_password-problem {{/NEW_PASSWORD_PROBLEM}}new_password-rule"{{#NEW_PASSWORD_PROBLEM}} aria-invalid="true"{{#NEW_PASSWORD_FOCUS}} autofocus{{/NEW_PASSWORD_FOCUS}}{{/NEW_PASSWORD_PROBLEM}}{{#SUGGESTED_FOCUS}} autofocus{{/SUGGESTED_FOCUS}}>
  {{#NEW_PASSWORD_PROBLEM}}<ul class="problem" id="new_password-problem">{{#BROKEN_RULE}}<li>{{BROKEN_RULE_TEXT}}</li>{{/BROKEN_RULE}}</ul>{{/NEW_PASSWORD_PROBLEM}}
  <div class="strength" id="new_password-strength" hidden>
    <div class="meter" id="new_password-meter" role="meter" aria-label="[[password.strength]]" aria-valuemin="0" aria-valuemax="4" aria-valuenow="0" data-score="none"><i></i><i></i><i></i><i></i></div>
    <p class="hint" id="new_password-said" aria-live="polite"></p>
  </div>
  <p class="hint" id="new_password-rule">{{PASSWORD_RULE}}</p>
  <div class="password-tools" id="new_password-tools" data-token="{{TOOLS_TOKEN}}" data-factor="{{TOOLS_FACTOR}}">
    <div class="suggest">
      <button class="plain" name="suggest" value="words" formnovalidate>[[password.suggest_words]]</button>
      <button class="plain" name="suggest" value="characters" formnovalidate>[[password.suggest_characters]]</button>
    </div>
    <div class="suggestion" id="new_password-suggestion" data-filled="[[password.suggestion_filled]]"{{#NO_SUGGESTION}} hidden{{/NO_SUGGESTION}}>
      <p class="hint" id="new_password-suggestion-label" aria-live="polite">[[password.suggestion]]</p>
      <p><code id="new_password-suggested">{{SUGGESTION}}</code></p>
    </div>
  </div>
</div>

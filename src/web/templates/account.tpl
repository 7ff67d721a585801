{{%AUTOESCAPE context="HTML"}}
[[>account_nav]]
<div class="opening">
  <p class="over">{{EMAIL_NOW}}</p>
  <h1>[[account.heading]]</h1>
</div>
{{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
<section class="setting" aria-labelledby="name-heading">
  <div><h2 id="name-heading">[[account.name_heading]]</h2><p>[[account.name_note]]</p></div>
  {{#NAME_FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="name">[[field.name]]</label>
        <input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="{{NAME}}"{{#NAME_PROBLEM}} aria-invalid="true" aria-describedby="name-problem"{{/NAME_PROBLEM}}{{#NAME_FOCUS}} autofocus{{/NAME_FOCUS}}>
        {{#NAME_PROBLEM}}<p class="problem" id="name-problem">{{NAME_PROBLEM_TEXT}}</p>{{/NAME_PROBLEM}}
      </div>
      <button class="button quiet">[[action.save]]</button>
  </form>
  {{/NAME_FORM}}
</section>
<section class="setting" aria-labelledby="email-heading">
  <div><h2 id="email-heading">[[account.email_heading]]</h2><p>{{#EMAIL_OFFERED}}[[account.email_note]]{{/EMAIL_OFFERED}}{{#EMAIL_FIXED}}[[account.email_fixed]]{{/EMAIL_FIXED}}</p></div>
  {{#EMAIL_FIXED}}
  <dl class="facts">
    <div><dt>[[account.email_now]]</dt><dd>{{EMAIL_NOW}}</dd></div>
  </dl>
  {{/EMAIL_FIXED}}
  {{#EMAIL_FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <dl class="facts">
        <div><dt>[[account.email_now]]</dt><dd>{{EMAIL_NOW}}</dd></div>
      </dl>
      <div class="field">
        <label for="email">[[field.new_email]]</label>
        <input id="email" name="email" type="email" inputmode="email" autocomplete="email" autocapitalize="none" spellcheck="false" required value="{{EMAIL}}"{{#EMAIL_PROBLEM}} aria-invalid="true" aria-describedby="email-problem"{{/EMAIL_PROBLEM}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
        {{#EMAIL_PROBLEM}}<p class="problem" id="email-problem">{{EMAIL_PROBLEM_TEXT}}</p>{{/EMAIL_PROBLEM}}
      </div>
      <div class="field">
        <label for="email-password">[[field.your_password]]</label>
        <input id="email-password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="email-password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="email-password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      <button class="button quiet">[[account.email_submit]]</button>
  </form>
  {{/EMAIL_FORM}}
</section>
<section class="setting" aria-labelledby="export-heading">
  <div><h2 id="export-heading">[[account.export_heading]]</h2><p>[[account.export_note]]</p></div>
  {{#EXPORT_FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <button class="button quiet">[[account.export_submit]]</button>
  </form>
  {{/EXPORT_FORM}}
</section>
<section class="setting" aria-labelledby="delete-heading">
  <div><h2 id="delete-heading">[[account.delete_heading]]</h2><p>[[account.delete_note]]</p></div>
  {{#DELETE_FORM}}
  <details class="more"{{#DELETE_OPEN}} open{{/DELETE_OPEN}}>
    <summary>[[account.delete_open]]</summary>
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="delete-password">[[field.your_password]]</label>
        <input id="delete-password" name="password" type="password" autocomplete="current-password" required{{#PASSWORD_PROBLEM}} aria-invalid="true" aria-describedby="delete-password-problem"{{/PASSWORD_PROBLEM}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
        {{#PASSWORD_PROBLEM}}<p class="problem" id="delete-password-problem">{{PASSWORD_PROBLEM_TEXT}}</p>{{/PASSWORD_PROBLEM}}
      </div>
      {{#WITH_CODE}}
      <div class="field">
        <label for="delete-code">[[field.code]]</label>
        <input id="delete-code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" autocapitalize="none" spellcheck="false" required{{#CODE_PROBLEM}} aria-invalid="true" aria-describedby="delete-code-problem"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
        {{#CODE_PROBLEM}}<p class="problem" id="delete-code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
      </div>
      {{/WITH_CODE}}
      <button class="button danger">[[account.delete_submit]]</button>
    </form>
  </details>
  {{/DELETE_FORM}}
</section>

{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[sign_in.over]] <b>{{SITE}}</b></p>
    <h1>[[sign_in.heading]]</h1>
    <p class="lead">[[sign_in.lead]]</p>
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{{EMAIL}}"{{#REFUSED}} aria-invalid="true" aria-describedby="alert"{{/REFUSED}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
      </div>
      <div class="field">
        <label for="password">[[field.password]]</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required{{#REFUSED}} aria-invalid="true" aria-describedby="alert"{{/REFUSED}}{{#PASSWORD_FOCUS}} autofocus{{/PASSWORD_FOCUS}}>
      </div>
      <button class="button">[[sign_in.submit]]</button>
    </form>
    {{/FORM}}
    <ul class="beside">
      <li><a href="/reset?lang=[[layout.tag]]">[[sign_in.forgot]]</a></li>
      {{#SIGN_UP}}<li>[[sign_in.no_account]] <a href="/sign-up?lang=[[layout.tag]]">[[sign_up.heading]]</a></li>{{/SIGN_UP}}
    </ul>
  </div>
</div>

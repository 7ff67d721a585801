{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[sign_up.over]] <b>{{SITE}}</b></p>
    <h1>[[sign_up.heading]]</h1>
    <p class="lead">[[sign_up.alone_lead]]</p>
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="name">[[field.name]]</label>
        <input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="{{NAME}}"{{#NAME_PROBLEM}} aria-invalid="true" aria-describedby="name-problem"{{/NAME_PROBLEM}}{{#NAME_FOCUS}} autofocus{{/NAME_FOCUS}}>
        {{#NAME_PROBLEM}}<p class="problem" id="name-problem">{{NAME_PROBLEM_TEXT}}</p>{{/NAME_PROBLEM}}
      </div>
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{{EMAIL}}"{{#EMAIL_PROBLEM}} aria-invalid="true" aria-describedby="email-problem"{{/EMAIL_PROBLEM}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
        {{#EMAIL_PROBLEM}}<p class="problem" id="email-problem">{{EMAIL_PROBLEM_TEXT}}</p>{{/EMAIL_PROBLEM}}
      </div>
      [[>new_password]]
      <button class="button">[[sign_up.ask_submit]]</button>
    </form>
    {{/FORM}}
    <ul class="beside">
      <li>[[sign_up.have_account]] <a href="/sign-in?lang=[[layout.tag]]">[[sign_in.submit]]</a></li>
    </ul>
  </div>
</div>

{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    {{#INVITED}}
    <p class="over">[[welcome.over]] <b>{{SITE}}</b></p>
    <h1>[[welcome.heading]]</h1>
    <p class="lead">[[welcome.lead]]</p>
    {{/INVITED}}
    {{#FIRST}}
    <p class="over">[[first.over]] <b>{{SITE}}</b></p>
    <h1>[[first.heading]]</h1>
    <p class="lead">[[first.lead]]</p>
    {{/FIRST}}
    {{#SIGNED_UP}}
    <p class="over">[[sign_up.over]] <b>{{SITE}}</b></p>
    <h1>[[sign_up.mine_heading]]</h1>
    <p class="lead">[[sign_up.mine_lead]]</p>
    {{/SIGNED_UP}}
    {{#ASKED}}
    <p class="over">[[sign_up.over]] <b>{{SITE}}</b></p>
    <h1>[[sign_up.mine_heading]]</h1>
    <p class="lead">[[sign_up.mine_approval_lead]]</p>
    {{/ASKED}}
    [[>steps]]
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      {{#EMAIL_FIXED}}
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" readonly aria-describedby="email-note">
        <p class="hint" id="email-note">{{#EMAIL_INVITED}}[[welcome.email_fixed]]{{/EMAIL_INVITED}}{{#EMAIL_SHOWN}}[[sign_up.mine_email]]{{/EMAIL_SHOWN}}</p>
      </div>
      {{/EMAIL_FIXED}}
      {{#EMAIL_ASKED}}
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{{EMAIL}}"{{#EMAIL_PROBLEM}} aria-invalid="true" aria-describedby="email-problem"{{/EMAIL_PROBLEM}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
        {{#EMAIL_PROBLEM}}<p class="problem" id="email-problem">{{EMAIL_PROBLEM_TEXT}}</p>{{/EMAIL_PROBLEM}}
      </div>
      {{/EMAIL_ASKED}}
      <div class="field">
        <label for="name">[[field.name]]</label>
        <input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="{{NAME}}"{{#NAME_PROBLEM}} aria-invalid="true" aria-describedby="name-problem"{{/NAME_PROBLEM}}{{#NAME_FOCUS}} autofocus{{/NAME_FOCUS}}>
        {{#NAME_PROBLEM}}<p class="problem" id="name-problem">{{NAME_PROBLEM_TEXT}}</p>{{/NAME_PROBLEM}}
      </div>
      [[>new_password]]
      <button class="button">[[action.go_on]]</button>
    </form>
    {{/FORM}}
  </div>
</div>

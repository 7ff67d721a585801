{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[reset.over]] <b>{{SITE}}</b></p>
    <h1>[[reset.set_heading]]</h1>
    <p class="lead">[[reset.set_lead]]</p>
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" autocomplete="username" value="{{EMAIL}}" readonly>
      </div>
      [[>new_password]]
      <button class="button">[[reset.set_submit]]</button>
    </form>
    {{/FORM}}
  </div>
</div>

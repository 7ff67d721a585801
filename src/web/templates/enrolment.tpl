{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[enrol.over]] <b>{{EMAIL}}</b></p>
    <h1>[[enrol.heading]]</h1>
    <p class="lead">[[enrol.lead]]</p>
    <p class="way-out">[[enrol.apps]]</p>
    {{#STEPS}}[[>steps]]{{/STEPS}}
  </div>
  <div class="panel">
    {{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
    {{#QR}}
    <h2 class="part">[[enrol.scan]]</h2>
    <svg class="qr" role="img" aria-label="[[enrol.qr]]" viewBox="{{QR_VIEW}}" shape-rendering="crispEdges"><path d="{{QR_PATH}}"/></svg>
    {{/QR}}
    <h2 class="part">[[enrol.by_hand]]</h2>
    <p class="secret" id="secret"><code>{{#GROUP}}<span>{{GROUP_TEXT}}</span> {{/GROUP}}</code></p>
    {{#FORM}}
    <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label class="part" for="code">[[enrol.confirm]]</label>
        <input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" autocapitalize="none" spellcheck="false" required{{#CODE_PROBLEM}} aria-invalid="true" aria-describedby="code-problem"{{/CODE_PROBLEM}}{{#CODE_FOCUS}} autofocus{{/CODE_FOCUS}}>
        {{#CODE_PROBLEM}}<p class="problem" id="code-problem">{{CODE_PROBLEM_TEXT}}</p>{{/CODE_PROBLEM}}
      </div>
      <button class="button">[[enrol.submit]]</button>
    </form>
    {{/FORM}}
    {{#SKIP_FORM}}
    <form class="beside" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <button class="plain">[[enrol.skip]]</button>
    </form>
    {{/SKIP_FORM}}
  </div>
</div>

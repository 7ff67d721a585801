{{%AUTOESCAPE context="HTML"}}
<div class="gate">
  <div class="opening">
    <p class="over">[[enrol.over]] <b>{{EMAIL}}</b></p>
    <h1>[[recovery.heading]]</h1>
    <p class="lead">[[recovery.lead]]</p>
    <p class="way-out">[[recovery.keep]]</p>
    {{#STEPS}}[[>steps]]{{/STEPS}}
  </div>
  <div class="panel">
    <h2 class="part" id="codes">[[recovery.label]]</h2>
    <p class="hint">{{SITE}} · {{EMAIL}}</p>
    <ol class="codes" aria-labelledby="codes">
      {{#CODE}}<li><code>{{CODE_TEXT}}</code></li>
      {{/CODE}}
    </ol>
    <p><a class="button" href="{{NEXT_URL}}">[[recovery.kept]]</a></p>
  </div>
</div>

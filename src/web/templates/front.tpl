{{%AUTOESCAPE context="HTML"}}
<div class="opening">
  <p class="over">[[front.over]] <b>{{SITE}}</b></p>
  <h1>[[front.heading]]</h1>
  <p class="lead">[[front.lead]]</p>
</div>
<ul class="ways">
  <li><a href="{{SECURITY_URL}}">[[front.security]]</a><br>[[front.security_note]]</li>
  {{#APPLICATION}}<li><a href="{{APPLICATION_URL}}">[[front.application]]</a><br>[[front.application_note]]</li>{{/APPLICATION}}
  <li><a href="/account?lang=[[layout.tag]]">[[front.account]]</a><br>[[front.account_note]]</li>
  <li><a href="/security.json">[[front.json]]</a><br>[[front.json_note]]</li>
</ul>

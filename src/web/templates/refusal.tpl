{{%AUTOESCAPE context="HTML"}}
<div class="opening">
  <p class="over">{{STATUS}}</p>
  <h1>{{HEADING}}</h1>
  <p class="lead">{{WHAT}}</p>
  {{#WAIT}}<p class="way-out">{{WAIT_TEXT}}</p>{{/WAIT}}
  <p class="way-out">{{WAY_OUT}}</p>
  {{#ONWARD}}<p class="onward"><a href="{{ONWARD_URL}}">{{ONWARD_TEXT}}</a></p>{{/ONWARD}}
</div>
<dl class="facts wide">
  {{#REQUEST}}<div><dt>[[refusal.request_id]]</dt><dd><code>{{REQUEST_ID}}</code></dd></div>{{/REQUEST}}
  <div><dt>[[refusal.reason]]</dt><dd><code>{{REASON}}</code></dd></div>
</dl>

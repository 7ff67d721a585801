{{%AUTOESCAPE context="HTML"}}
<div class="opening">
  <p class="over">[[sign_in.over]] <b>{{SITE}}</b></p>
  <h1>{{HEADING}}</h1>
  <p class="lead">{{TEXT}}</p>
  {{#NOTE}}<p class="way-out">{{NOTE_TEXT}}</p>{{/NOTE}}
  {{#ADDRESSES}}<dl class="facts wide">{{#ADDRESS}}<div><dt>{{ADDRESS_LABEL}}</dt><dd>{{ADDRESS_TEXT}}</dd></div>{{/ADDRESS}}</dl>{{/ADDRESSES}}
  {{#FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
    [[>guarded_form]]
    <button class="button">{{SUBMIT}}</button>
  </form>
  {{/FORM}}
  {{#WAY}}<p class="onward"><a href="{{WAY_URL}}">{{WAY_TEXT}}</a></p>{{/WAY}}
</div>

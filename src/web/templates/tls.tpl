{{%AUTOESCAPE context="HTML"}}
<svg class="symbols" aria-hidden="true" focusable="false" width="0" height="0">
  <symbol id="sign-holds" viewBox="0 0 20 20"><circle cx="10" cy="10" r="8.5"/><path class="cut" d="m6 10.3 2.8 2.8 5.200-6"/></symbol>
  <symbol id="sign-broken" viewBox="0 0 20 20"><path d="M10 .5 19.5 10 10 19.5.5 10z"/><path class="cut" d="m7.3 7.3 5.400 5.400m0-5.400-5.400 5.400"/></symbol>
  <symbol id="sign-unknown" viewBox="0 0 20 20"><circle class="ring" cx="10" cy="10" r="7.5"/></symbol>
</svg>

<div class="opening">
  <p class="over">[[tls.over]] <b>{{SITE}}</b></p>
  <h1>[[tls.heading]]</h1>
  <p class="lead">[[tls.lead]]</p>
  {{#NOTHING}}<p class="lead">[[tls.nothing]]</p>{{/NOTHING}}
</div>

{{#REPORT}}
<section class="summary" aria-labelledby="summary">
  <h2 id="summary" class="unseen">[[security.summary]]</h2>
  <ul class="figures">
    <li class="{{BARE_CLASS}}"><b>{{BARE_LETTER}}</b> <svg class="sign" aria-hidden="true"><use href="{{BARE_SIGN}}"/></svg> {{BARE_WORD}}</li>
    {{#WHOLE}}<li class="{{LETTER_CLASS}}"><b>{{LETTER}}</b> <svg class="sign" aria-hidden="true"><use href="{{LETTER_SIGN}}"/></svg> [[tls.grade_with_trust]]</li>{{/WHOLE}}
    <li class="is-none"><b>{{COUNT}}</b> {{#ONE_ADDRESS}}[[tls.address]]{{/ONE_ADDRESS}}{{#MANY_ADDRESSES}}[[tls.addresses]]{{/MANY_ADDRESSES}}</li>
  </ul>
  <p class="note">[[tls.guide]]{{#TRUST_NOTE}} [[tls.trust_note]]{{/TRUST_NOTE}}{{#OWN_LISTENER}} [[tls.own_listener]]{{/OWN_LISTENER}}</p>
  <p class="note quiet">[[tls.taken]] <time datetime="{{TAKEN_TIME}}">{{TAKEN}}</time>. <a href="/tls.json">[[security.json]]</a> · <a href="{{SECURITY_URL}}">[[tls.to_security]]</a></p>
</section>

{{#ADDRESS}}
<section class="group report" aria-labelledby="{{ADDRESS_ID}}">
  <h2 id="{{ADDRESS_ID}}"><svg class="sign {{GRADE_CLASS}}" aria-hidden="true"><use href="{{GRADE_SIGN}}"/></svg> {{ADDRESS_NAME}} · {{GRADE}}</h2>

  <h3>[[tls.rules]]</h3>
  <dl class="scores">
    <div><dt>[[tls.score.protocol]]</dt><dd>{{SCORE_PROTOCOL}}</dd></div>
    <div><dt>[[tls.score.key]]</dt><dd>{{SCORE_KEY}}</dd></div>
    <div><dt>[[tls.score.cipher]]</dt><dd>{{SCORE_CIPHER}}</dd></div>
    <div><dt>[[tls.score.total]]</dt><dd>{{SCORE_TOTAL}}</dd></div>
  </dl>
  <ul class="lines">
    {{#RULE}}<li>{{RULE_TEXT}} <span class="source">{{RULE_SOURCE}}</span></li>
    {{/RULE}}
  </ul>

  {{#PROTOCOL}}
  <h3>{{PROTOCOL_NAME}}</h3>
  <ul class="lines">
    {{#SUITE}}<li><code>{{SUITE_NAME}}</code> {{#FORWARD}}<span class="source">[[tls.forward]]</span>{{/FORWARD}}{{#NOT_FORWARD}}<span class="source">[[tls.not_forward]]</span>{{/NOT_FORWARD}}</li>
    {{/SUITE}}
  </ul>
  {{/PROTOCOL}}

  {{#CERTIFICATE}}
  <h3>[[tls.certificate]]</h3>
  <dl class="lines">
    <div><dt>[[tls.names]]</dt><dd>{{NAMES}}</dd></div>
    <div><dt>[[tls.issuer]]</dt><dd>{{ISSUER}}</dd></div>
    <div><dt>[[tls.key]]</dt><dd>{{KEY}}</dd></div>
    <div><dt>[[tls.until]]</dt><dd><time datetime="{{UNTIL_TIME}}">{{UNTIL}}</time> ({{DAYS}} [[tls.days]])</dd></div>
    <div><dt>[[tls.chain]]</dt><dd>{{CHAIN_LENGTH}}, {{#TRUSTED}}[[tls.trusted]]{{/TRUSTED}}{{#UNTRUSTED}}[[tls.untrusted]] ({{VERIFICATION}}){{/UNTRUSTED}}</dd></div>
    <div><dt>[[tls.fingerprint]]</dt><dd><code>{{FINGERPRINT}}</code></dd></div>
  </dl>
  {{/CERTIFICATE}}
  {{#GROUPS}}
  <h3>[[tls.groups]]</h3>
  <p class="lines">{{GROUPS_TEXT}}</p>
  {{/GROUPS}}

  <h3>[[tls.offers]] {{REFUSED}}/{{OFFERED}}</h3>
  <ul class="parts">
    {{#OFFER}}<li class="{{OFFER_CLASS}}"><svg class="sign" role="img" aria-label="{{OFFER_WORD}}"><use href="{{OFFER_SIGN}}"/></svg> <b>{{OFFER_NAME}}</b> <span>{{OFFER_TEXT}}</span></li>
    {{/OFFER}}
  </ul>
  {{#NOT_JUDGED}}
  <h3>[[tls.not_judged]]</h3>
  <ul class="lines">
    {{#MISSING}}<li>{{MISSING_TEXT}}</li>
    {{/MISSING}}
  </ul>
  {{/NOT_JUDGED}}
</section>
{{/ADDRESS}}
{{/REPORT}}

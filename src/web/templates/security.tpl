{{%AUTOESCAPE context="HTML"}}
<svg class="symbols" aria-hidden="true" focusable="false" width="0" height="0">
  <symbol id="sign-holds" viewBox="0 0 20 20"><circle cx="10" cy="10" r="8.5"/><path class="cut" d="m6 10.3 2.8 2.8 5.200-6"/></symbol>
  <symbol id="sign-broken" viewBox="0 0 20 20"><path d="M10 .5 19.5 10 10 19.5.5 10z"/><path class="cut" d="m7.3 7.3 5.400 5.400m0-5.400-5.400 5.400"/></symbol>
  <symbol id="sign-unknown" viewBox="0 0 20 20"><circle class="ring" cx="10" cy="10" r="7.5"/></symbol>
</svg>

<div class="opening">
  <p class="over">[[security.over]] <b>{{SITE}}</b></p>
  <h1>[[security.heading]]</h1>
  <p class="lead">[[security.lead]]</p>
</div>

<section class="summary" aria-labelledby="summary">
  <h2 id="summary" class="unseen">[[security.summary]]</h2>
  <ul class="figures">
    <li class="{{HOLDING_CLASS}}"><b>{{HOLDING}}</b> <svg class="sign" aria-hidden="true"><use href="#sign-holds"/></svg> {{#ONE_HOLDS}}[[count.holds.one]]{{/ONE_HOLDS}}{{#MANY_HOLD}}[[count.holds.many]]{{/MANY_HOLD}}</li>
    <li class="{{BROKEN_CLASS}}"><b>{{BROKEN}}</b> <svg class="sign" aria-hidden="true"><use href="#sign-broken"/></svg> {{#ONE_BROKEN}}[[count.broken.one]]{{/ONE_BROKEN}}{{#MANY_BROKEN}}[[count.broken.many]]{{/MANY_BROKEN}}</li>
    <li class="{{UNKNOWN_CLASS}}"><b>{{UNKNOWN}}</b> <svg class="sign" aria-hidden="true"><use href="#sign-unknown"/></svg> {{#ONE_UNKNOWN}}[[count.unknown.one]]{{/ONE_UNKNOWN}}{{#MANY_UNKNOWN}}[[count.unknown.many]]{{/MANY_UNKNOWN}}</li>
  </ul>
  <p class="note">[[security.states]]</p>
  <p class="note quiet">[[security.days]]</p>
  <p class="note quiet">[[security.generated]] <time datetime="{{GENERATED_TIME}}">{{GENERATED}}</time>. <a href="/security.json">[[security.json]]</a> · <a href="/security/history.json">[[security.history]]</a> · <a href="{{FEED_URL}}">[[security.feed]]</a> · <a href="{{BADGE_URL}}">[[security.badge]]</a></p>
</section>

<nav class="contents" aria-label="[[security.contents]]">
  <ol>
    {{#ENTRY}}
    <li><a href="#{{GROUP_ID}}">{{GROUP_TITLE}}</a> <span class="strip">{{#DOT}}<svg class="sign {{DOT_CLASS}}" role="img" aria-label="{{DOT_WORD}}"><use href="{{DOT_SIGN}}"/></svg>{{/DOT}}</span></li>
    {{/ENTRY}}
  </ol>
</nav>

{{#GROUP}}
<section class="group" aria-labelledby="{{GROUP_ID}}">
  <h2 id="{{GROUP_ID}}">{{GROUP_TITLE}}</h2>
  {{#CLAIM}}
  <article class="claim {{STATE_CLASS}}" id="{{CLAIM_ID}}" aria-labelledby="{{CLAIM_TITLE_ID}}">
    <p class="state"><svg class="sign" aria-hidden="true"><use href="{{STATE_SIGN}}"/></svg> <span>{{STATE_WORD}}</span></p>
    <div class="promise">
      <h3 id="{{CLAIM_TITLE_ID}}">{{CLAIM_TITLE}}</h3>
      <p>{{SENTENCE}}</p>
      {{#REASON}}<p class="reason">{{REASON_TEXT}}</p>{{/REASON}}
      {{#CHECK}}<p class="check"><b>[[fact.check]]</b> {{CHECK_TEXT}}</p>{{/CHECK}}
      {{#TLS_REPORT}}<p class="check"><a href="/tls">[[tls.link]]</a></p>{{/TLS_REPORT}}
      {{#PARTS}}
      <ul class="parts">
        {{#PART}}<li class="{{PART_CLASS}}"><svg class="sign" role="img" aria-label="{{PART_WORD}}"><use href="{{PART_SIGN}}"/></svg> <b>{{PART_NAME}}</b> <span>{{PART_FINDING}}</span></li>
        {{/PART}}
      </ul>
      {{/PARTS}}
      {{#OUTSIDE}}<div class="outside"><p><b>[[fact.outside]]</b></p><pre><code>{{COMMAND}}</code></pre><p>{{OUTCOME}}</p></div>{{/OUTSIDE}}
      {{#DAYS}}
      <div class="days">
        <svg class="day-line" viewBox="0 0 359 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">{{#RUN}}<path class="{{RUN_CLASS}}" d="{{RUN_PATH}}"/>{{/RUN}}</svg>
        <details>
          <summary>{{DAYS_TEXT}}</summary>
          <ol class="spans">
            {{#SPAN}}<li class="{{SPAN_CLASS}}"><svg class="sign" aria-hidden="true"><use href="{{SPAN_SIGN}}"/></svg> <b>{{SPAN_WORD}}</b> <span><time datetime="{{SPAN_FROM_TIME}}">{{SPAN_FROM}}</time> – {{#ENDED}}<time datetime="{{SPAN_TO_TIME}}">{{SPAN_TO}}</time>{{/ENDED}}{{#LASTS}}[[days.until_now]]{{/LASTS}}</span></li>
            {{/SPAN}}
          </ol>
          {{#EARLIER}}<p><a href="/security/history.json">[[days.earlier]]</a></p>{{/EARLIER}}
          {{#BEYOND}}<p>[[days.beyond]]</p>{{/BEYOND}}
        </details>
      </div>
      {{/DAYS}}
      {{#NO_DAYS}}<p class="reason">[[days.unread]]</p>{{/NO_DAYS}}
    </div>
    <dl class="facts">
      {{#EVIDENCE}}<div><dt>[[fact.evidence]]</dt><dd>{{EVIDENCE_TEXT}}{{#OBSERVED}}<br><time datetime="{{OBSERVED_TIME}}">{{OBSERVED_TEXT}}</time>{{/OBSERVED}}</dd></div>{{/EVIDENCE}}
      {{#EXPIRES}}<div><dt>{{EXPIRES_LABEL}}</dt><dd><time datetime="{{EXPIRES_TIME}}">{{EXPIRES_TEXT}}</time></dd></div>{{/EXPIRES}}
      {{#SINCE}}<div><dt>{{SINCE_LABEL}}</dt><dd><time datetime="{{SINCE_TIME}}">{{SINCE_TEXT}}</time></dd></div>{{/SINCE}}
      {{#LAPSE}}<div><dt>[[fact.lapse]]</dt><dd>[[fact.lapse.from]] <time datetime="{{LAPSE_FROM_TIME}}">{{LAPSE_FROM}}</time> [[fact.lapse.to]] <time datetime="{{LAPSE_TO_TIME}}">{{LAPSE_TO}}</time><br>{{LAPSE_TEXT}}</dd></div>{{/LAPSE}}
      <div><dt>{{BASIS_LABEL}}</dt><dd>{{BASIS}}</dd></div>
      <div><dt>[[fact.scope]]</dt><dd>{{SCOPE}}</dd></div>
    </dl>
  </article>
  {{/CLAIM}}
</section>
{{/GROUP}}

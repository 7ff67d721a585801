{{%AUTOESCAPE context="HTML"}}
[[>account_nav]]
<div class="opening">
  <p class="over">[[people.over]] <b>{{SITE}}</b></p>
  <h1>[[people.heading]]</h1>
</div>
{{#NOTICE}}<p class="notice" role="status">{{NOTICE_TEXT}}</p>{{/NOTICE}}
    {{#ALERT}}<p class="alert" role="alert" id="alert">{{ALERT_TEXT}}</p>{{/ALERT}}
{{#LINK}}
<div class="notice">
  <p>[[people.link]] <b>{{LINK_EMAIL}}</b></p>
  <p><code class="link">{{LINK_TEXT}}</code></p>
  <p class="hint">[[people.link_note]]</p>
</div>
{{/LINK}}
<section class="setting" aria-labelledby="invite-heading">
  <div><h2 id="invite-heading">[[people.invite_heading]]</h2><p>{{#BY_MAIL}}[[people.invite_note]]{{/BY_MAIL}}{{#BY_LINK}}[[people.invite_note_link]]{{/BY_LINK}}</p></div>
  {{#INVITE_FORM}}
  <form class="form" method="post" action="?lang=[[layout.tag]]">
      [[>guarded_form]]
      <div class="field">
        <label for="email">[[field.email]]</label>
        <input id="email" name="email" type="email" inputmode="email" autocomplete="off" autocapitalize="none" spellcheck="false" required value="{{EMAIL}}"{{#EMAIL_PROBLEM}} aria-invalid="true" aria-describedby="email-problem"{{/EMAIL_PROBLEM}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
        {{#EMAIL_PROBLEM}}<p class="problem" id="email-problem">{{EMAIL_PROBLEM_TEXT}}</p>{{/EMAIL_PROBLEM}}
      </div>
      <div class="field">
        <label for="role">[[field.role]]</label>
        <select id="role" name="role" autocomplete="off">{{#ROLE}}<option value="{{ROLE_VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{ROLE_TEXT}}</option>{{/ROLE}}</select>
      </div>
      <button class="button">[[people.invite_submit]]</button>
  </form>
  {{/INVITE_FORM}}
</section>
<section class="group" aria-labelledby="list-heading">
  <h2 id="list-heading">[[people.list_heading]]</h2>
  <ul class="rows people">
    {{#PERSON}}
    <li>
      <div>
        <p id="{{PERSON_TEXT_ID}}">{{#NAMED}}<b><bdi>{{PERSON_NAME}}</bdi></b> {{/NAMED}}<span class="address">{{PERSON_EMAIL}}</span>{{#YOU}} <span class="tag">[[people.you]]</span>{{/YOU}}</p>
        <p class="hint">{{PERSON_ROLE}} · {{#IS_LOCKED}}<b class="locked">{{/IS_LOCKED}}{{PERSON_STATE}}{{#IS_LOCKED}}</b>{{/IS_LOCKED}}{{#ENTERED}} · {{#WITH_FACTOR}}[[people.factor_on]]{{/WITH_FACTOR}}{{#WITHOUT_FACTOR}}[[people.factor_off]]{{/WITHOUT_FACTOR}} · {{#SEEN}}[[people.seen]] <time datetime="{{SEEN_TIME}}">{{SEEN_TEXT}}</time>{{/SEEN}}{{#NEVER_SEEN}}[[people.never_seen]]{{/NEVER_SEEN}}{{/ENTERED}}</p>
      </div>
      {{#MANAGE}}
      <details class="more"{{#OPEN}} open{{/OPEN}}>
        <summary>[[people.manage]]<span class="unseen"> {{PERSON_EMAIL}}</span></summary>
        <div class="tools">
          {{#APPROVE_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.approve]]</button>
          </form>
          {{/APPROVE_FORM}}
          {{#REFUSE_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button danger small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.refuse]]</button>
          </form>
          {{/REFUSE_FORM}}
          {{#INVITE_AGAIN_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.invite_again]]</button>
          </form>
          {{/INVITE_AGAIN_FORM}}
          {{#WITHDRAW_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button danger small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.withdraw]]</button>
          </form>
          {{/WITHDRAW_FORM}}
          {{#UNLOCK_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.unlock]]</button>
          </form>
          {{/UNLOCK_FORM}}
          {{#LOCK_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.lock]]</button>
          </form>
          {{/LOCK_FORM}}
          {{#SIGN_OUT_PERSON_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.sign_out]]</button>
          </form>
          {{/SIGN_OUT_PERSON_FORM}}
          {{#RESET_LINK_FORM}}
          <form method="post" action="?lang=[[layout.tag]]">
            [[>guarded_form]]
            <input type="hidden" name="person" value="{{PERSON_ID}}">
            <button class="button quiet small" aria-describedby="{{PERSON_TEXT_ID}}">[[people.reset_link]]</button>
          </form>
          {{/RESET_LINK_FORM}}
        </div>
        {{#ROLE_FORM}}
        <form class="form line" method="post" action="?lang=[[layout.tag]]">
          [[>guarded_form]]
          <input type="hidden" name="person" value="{{PERSON_ID}}">
          <div class="field">
            <label for="{{ROLE_ID}}">[[field.role]]</label>
            <select id="{{ROLE_ID}}" name="role" autocomplete="off">{{#ROLE}}<option value="{{ROLE_VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{ROLE_TEXT}}</option>{{/ROLE}}</select>
          </div>
          <button class="button quiet small">[[people.role_submit]]</button>
        </form>
        {{/ROLE_FORM}}
        {{#DELETE_FORM}}
        <form class="form line" method="post" action="?lang=[[layout.tag]]">
          [[>guarded_form]]
          <input type="hidden" name="person" value="{{PERSON_ID}}">
          <div class="field">
            <label for="{{CONFIRM_ID}}">[[people.delete_confirm]]</label>
            <input id="{{CONFIRM_ID}}" name="email" type="email" inputmode="email" autocomplete="off" autocapitalize="none" spellcheck="false" required{{#EMAIL_PROBLEM}} aria-invalid="true" aria-describedby="{{CONFIRM_PROBLEM_ID}}"{{/EMAIL_PROBLEM}}{{#EMAIL_FOCUS}} autofocus{{/EMAIL_FOCUS}}>
            {{#EMAIL_PROBLEM}}<p class="problem" id="{{CONFIRM_PROBLEM_ID}}">{{EMAIL_PROBLEM_TEXT}}</p>{{/EMAIL_PROBLEM}}
          </div>
          <button class="button danger small">[[people.delete]]</button>
        </form>
        {{/DELETE_FORM}}
      </details>
      {{/MANAGE}}
    </li>
    {{/PERSON}}
  </ul>
  {{#MORE}}<p class="onward"><a href="{{MORE_URL}}">[[people.more]]</a></p>{{/MORE}}
</section>

{{%AUTOESCAPE context="HTML"}}
<div class="tabs">
  <nav aria-label="[[tabs.label]]">
    <ul>
      <li><a href="/account?lang=[[layout.tag]]"{{#ON_ACCOUNT}} aria-current="page"{{/ON_ACCOUNT}}>[[tabs.account]]</a></li>
      <li><a href="/account/security?lang=[[layout.tag]]"{{#ON_SECURITY}} aria-current="page"{{/ON_SECURITY}}>[[tabs.security]]</a></li>
      {{#ADMINISTRATOR}}<li><a href="/admin/people?lang=[[layout.tag]]"{{#ON_PEOPLE}} aria-current="page"{{/ON_PEOPLE}}>[[tabs.people]]</a></li>{{/ADMINISTRATOR}}
    </ul>
  </nav>
  {{#SIGN_OUT}}
  <form method="post" action="/sign-out?lang=[[layout.tag]]">
    [[>guarded_form]]
    <button class="plain">[[tabs.sign_out]]</button>
  </form>
  {{/SIGN_OUT}}
</div>

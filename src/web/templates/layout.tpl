{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{LANGUAGE}}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{TITLE}}</title>
<link rel="icon" type="image/svg+xml" href="/.belfry/icon.svg">
{{#FEED}}<link rel="alternate" type="application/atom+xml" title="{{FEED_TITLE}}" href="{{FEED_URL}}">{{/FEED}}
{{#SCRIPT}}<script nonce="{{NONCE}}" src="[[>script_url]]" integrity="[[>script_integrity]]" defer></script>{{/SCRIPT}}
<style nonce="{{NONCE}}">
[[>style]]
</style>
</head>
<body>
<a class="skip" href="#content">[[layout.skip]]</a>
<header class="banner">
  <p class="brand">
    <svg class="mark" viewBox="0 0 40 48" aria-hidden="true" focusable="false">
      <path d="M20 1v5M17.6 3.2h4.8" fill="none" stroke="currentColor" stroke-width="1.6"/>
      <path d="M20 6 34.5 18.5H5.5z"/>
      <path fill-rule="evenodd" d="M8.5 20.5h23V47h-23zM13.5 38.5V30a6.5 6.5 0 0 1 13 0v8.5z"/>
      <path d="M20 26.5c2.1 0 3.1 1.700 3.3 4.1.2 2.200.6 3.1 1.3 3.900h-9.200c.7-.8 1.1-1.700 1.3-3.900.2-2.400 1.200-4.1 3.3-4.1z"/>
      <circle cx="20" cy="36" r="1.3"/>
    </svg>
    <span>{{SITE}}</span>
  </p>
  {{#LANGUAGES}}
  <nav class="languages" aria-label="[[layout.languages]]">
    {{#IN_EN}}<span lang="en" aria-current="true">English</span> <a href="{{OTHER_LANGUAGE_URL}}" lang="fr" hreflang="fr">Français</a>{{/IN_EN}}
    {{#IN_FR}}<a href="{{OTHER_LANGUAGE_URL}}" lang="en" hreflang="en">English</a> <span lang="fr" aria-current="true">Français</span>{{/IN_FR}}
  </nav>
  {{/LANGUAGES}}
</header>
<main id="content" tabindex="-1">
[[>page]]
</main>
<footer>
  <p>[[>footer]]</p>
</footer>
</body>
</html>

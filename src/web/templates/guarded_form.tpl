{{%AUTOESCAPE context="HTML"}}
{{#CARRIED}}<input type="hidden" name="{{CARRIED_NAME}}" value="{{CARRIED_VALUE}}">{{/CARRIED}}
<input type="hidden" name="csrf_token" value="{{CSRF_TOKEN}}">
<input type="hidden" name="intent" value="{{INTENT}}">

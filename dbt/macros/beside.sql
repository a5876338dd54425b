{# The amounts of a list but for one that is this amount: the number of a report beside those of others. #}
{% macro without_own(amounts, amount) -%}
list_concat({{ amounts }}[:list_position({{ amounts }}, {{ amount }}) - 1], {{ amounts }}[list_position({{ amounts }}, {{ amount }}) + 1:])
{%- endmacro %}

{% macro timeliness(published, owed) -%}
{#- In time is what was first published in time; where an older version has no date, lateness is not claimed.
    published: a row of first_published, owed: a row of duties. -#}
case
    when {{ published }}.first_published_on <= {{ owed }}.due then 'on_time'
    when {{ published }}.first_published_on is null or {{ published }}.has_undated then 'filed_undated'
    else 'late'
end
{%- endmacro %}

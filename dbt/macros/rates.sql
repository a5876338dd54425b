{# A rate of a unit by its numbers in unit_year: what stands above and below its line, NULL where a number of it is missing. #}
{% macro above(rate) -%} ({{ var('indicators')[rate].above | join(' + ') }}) {%- endmacro %}

{% macro below(rate) -%} ({{ var('indicators')[rate].below | join(' + ') }}) {%- endmacro %}

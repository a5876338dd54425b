{# What the models of a layer promise of their rows (`holds` in the meta of a model or column), as one query whose rows break a promise: the
   rule and the key. A late build looks at the rows that it made; all others were looked at when they were made. #}
{% macro holds(layer, is_after_gate=false) -%}
{%- set queries = [] -%}
{%- if execute -%}
{%- for node in graph.nodes.values() if node.resource_type == 'model' and node.schema == layer and ('published' in node.tags) == is_after_gate
        and not is_of_all(node) -%}
    {%- set own = namespace(rules=node.config.get('meta', {}).get('holds', {}).get('unique', []), conditions=[]) -%}
    {%- set rows = rows_made(node) -%}
    {%- for column in node.columns.values() -%}
        {%- set promise = column.config.get('meta', {}).get('holds', {}) -%}
        {%- set name = column.name -%}
        {%- if promise.get('unique') -%} {%- set own.rules = own.rules + [{'columns': [name]}] -%} {%- endif -%}
        {%- if promise.get('not_null') -%} {%- do own.conditions.append((name ~ ' is null', name ~ '.not_null')) -%} {%- endif -%}
        {%- if promise.get('values') -%}
            {%- do own.conditions.append((name ~ " not in ('" ~ promise['values'] | join("', '") ~ "')", name ~ '.values')) -%}
        {%- endif -%}
        {%- if promise.get('found_in') -%}
            {%- set table, field = promise['found_in'].split('.') -%}
            {#- What belongs to a touched report is found among the touched ones. -#}
            {%- set schema = 'made' if is_set_apart(node.name, field) and is_set_apart(table, field) else 'core' -%}
            {%- do queries.append(
                "select '" ~ node.name ~ '.' ~ name ~ ".found_in' as rule, " ~ name ~ "::varchar as key from (select distinct " ~ name ~ " from " ~ rows
                ~ ") where " ~ name ~ " is not null and " ~ name ~ " not in (select " ~ field ~ " from " ~ schema ~ "." ~ table ~ ")"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if own.conditions -%}
        {%- set broken = [] -%}
        {%- for condition, rule in own.conditions -%} {%- do broken.append("case when " ~ condition ~ " then '" ~ node.name ~ '.' ~ rule ~ "' end") -%} {%- endfor -%}
        {%- do queries.append(
            "select unnest([" ~ broken | join(', ') ~ "]) as rule, null as key from " ~ rows ~ " where " ~ own.conditions | map('first') | join(' or ')
        ) -%}
    {%- endif -%}
    {%- for rule in own.rules -%}
        {%- set columns = rule['columns'] | join(', ') -%}
        {%- do queries.append(
            "select '" ~ node.name ~ '.' ~ rule['columns'] | join('.') ~ ".unique' as rule, concat_ws('/', " ~ columns ~ ") as key from " ~ rows
            ~ " where " ~ rule.get('where', rule['columns'] | join(' is not null and ') ~ ' is not null' if rule['columns'] | length == 1 else 'true')
            ~ " group by " ~ columns ~ " having count(*) > 1"
        ) -%}
    {%- endfor -%}
{%- endfor -%}
{%- endif -%}
select rule, key from (
{{ queries | join('\nunion all\n') if queries else 'select null as rule, null as key' }}
) where rule is not null
{%- endmacro %}

{# Whether a late build leaves a model out: a view that sums up all reports has no rows of the touched ones. The full build of each night looks. #}
{% macro is_of_all(node) -%}
{%- set meta = node.config.get('meta', {}) -%}
{{ return(var('is_late', false) and node.config.materialized == 'view' and not (meta.get('touched') or meta.get('shows'))) }}
{%- endmacro %}

{# The rows of a model that this build made: all in a full one. A view makes none, but those of what is touched may be others now. #}
{% macro rows_made(node) -%}
{%- set meta = node.config.get('meta', {}) -%}
{%- set key = meta.get('touched', 'report_id') -%}
{%- set relation = node.schema ~ '.' ~ node.name -%}
{%- if var('is_late', false) and is_set_apart(node.name, key, meta.get('touched_expression')) -%} made.{{ node.name }}
{%- elif var('is_late', false) and (node.config.materialized == 'touched' or meta.get('touched') or meta.get('shows')) -%}
{{ touched_rows(relation, key, meta.get('touched_expression')) }}
{%- else -%} {{ relation }} {%- endif -%}
{%- endmacro %}

{# A table of which a build replaces what is touched and leaves the rest; it is made where it is not there. dbt's own incremental models would
   first make a table of the new rows and ask four times for its columns, which takes longer than the rows. #}
{% materialization touched, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set key = config.get('meta', {}).get('touched', 'report_id') -%}
    {%- set expression = config.get('meta', {}).get('touched_expression', key) -%}
    {%- set replaces, is_apart = is_late(), var('sets_apart', false) -%}
    {%- if replaces -%}
        {#- Delete what stood of the touched keys, also of those of which nothing is left, then add what is there now. -#}
        {%- call statement('main') %}
{% if is_apart %}
create or replace table made.{{ this.identifier }} as from {{ target }} limit 0;
insert into made.{{ this.identifier }} by name
{{ compiled_code }};
{% endif %}
{{ delete_touched(target, key, expression, config.get('meta', {}).get('lies_by')) }}
insert into {{ target }} by name
{{ 'from made.' ~ this.identifier if is_apart else compiled_code }}
        {%- endcall -%}
    {%- else -%}
        {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
        {%- call statement('main') -%} {{ create_table_as(False, target, compiled_code) }} {%- endcall -%}
    {%- endif -%}
    {%- if not (replaces and is_apart) -%}
        {%- set rows = touched_rows(target, key, expression) if var('is_late', false) else target -%}
        {%- do run_query('create or replace view made.' ~ this.identifier ~ ' as from ' ~ rows) -%}
    {%- endif -%}
    {%- if var('is_late', false) -%} {%- do show_made(config.get('meta', {}).get('shown_by', [])) -%} {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{# Take out what stands of the touched keys. Where the rows lie in the order of units (`lies_by`), the others are not even looked at: what stands
   of a touched report is of a unit that is touched, or of none. #}
{% macro delete_touched(target, key, expression, lies_by) -%}
{%- set touched = expression ~ ' in (select ' ~ key ~ ' from change.' ~ touched_keys()[key] ~ ')' -%}
{%- if lies_by and var('units', none) -%}
delete from {{ target }} where {{ touched }} and {{ lies_by }} >= '{{ var('units')[0] }}' and {{ lies_by }} <= '{{ var('units')[1] }}';
delete from {{ target }} where {{ touched }} and {{ lies_by }} is null;
{%- else -%}
delete from {{ target }} where {{ touched }};
{%- endif -%}
{%- endmacro %}

{# Whether this build replaces only what is touched of this table. #}
{% macro is_late() -%}
{{ return(execute and var('is_late', false) and load_cached_relation(this) is not none) }}
{%- endmacro %}

{# Views that show one table show what was made of it too; a full build makes them after it, each with its second name (shown_made). #}
{% macro show_made(views) -%}
{%- for view in views -%}
    {%- set schema = graph.nodes['model.foi.' ~ view].schema -%}
    {%- set known = run_query("select sql from duckdb_views() where schema_name = '" ~ schema ~ "' and view_name = '" ~ view ~ "'") -%}
    {%- do run_query(known.rows[0][0] | replace(schema ~ '.' ~ view, 'made.' ~ view) | replace(this.schema ~ '.' ~ this.identifier, 'made.' ~ this.identifier)) -%}
{%- endfor -%}
{%- endmacro %}

{# What a view that shows one table runs after it is made: all that it shows was made now. #}
{% macro shown_made() -%}
create or replace view made.{{ this.identifier }} as from {{ this }}
{%- endmacro %}

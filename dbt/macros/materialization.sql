{# A table of which a build replaces what is touched and leaves the rest; it is made where it is not there. dbt's own incremental models would
   first make a table of the new rows and ask four times for its columns, which takes longer than the rows. #}
{% materialization touched, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set key = config.get('meta', {}).get('touched', 'report_id') -%}
    {%- set expression = config.get('meta', {}).get('touched_expression', key) -%}
    {%- set is_apart = var('sets_apart', false) -%}
    {%- if is_late() -%}
        {#- Delete what stood of the touched keys, also of those of which nothing is left, then add what is there now. -#}
        {%- call statement('main') %}
{% if is_apart %}
create or replace table made.{{ this.identifier }} as from {{ target }} limit 0;
insert into made.{{ this.identifier }} by name
{{ compiled_code }};
{% endif %}
delete from {{ target }} where {{ expression }} in (select {{ key }} from change.{{ touched_keys()[key] }});
insert into {{ target }} by name
{{ 'from made.' ~ this.identifier if is_apart else compiled_code }}
        {%- endcall -%}
    {%- else -%}
        {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
        {%- call statement('main') -%} {{ create_table_as(False, target, compiled_code) }} {%- endcall -%}
        {%- if is_apart -%}
            {%- do run_query('create or replace table made.' ~ this.identifier ~ ' as from ' ~ touched_rows(target, key, expression)) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if is_apart -%} {%- do show_apart(config.get('meta', {}).get('shown_by', [])) -%} {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{# Whether this build replaces only what is touched of this table. #}
{% macro is_late() -%}
{{ return(execute and var('is_late', false) and load_cached_relation(this) is not none) }}
{%- endmacro %}

{# Views that show one table show what was set apart of it too. #}
{% macro show_apart(views) -%}
{%- for view in views -%}
    {%- set known = run_query("select sql from duckdb_views() where schema_name = 'core' and view_name = '" ~ view ~ "'") -%}
    {%- do run_query(known.rows[0][0] | replace('core.', 'made.')) -%}
{%- endfor -%}
{%- endmacro %}

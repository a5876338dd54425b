{# A view or a small table is replaced where it stands, in one statement: nobody reads the build's file meanwhile, and what a build leaves half
   made is never published. dbt's own way (make it beside, rename twice, drop) takes most of the time of a build of few reports. #}
{% materialization view, adapter='duckdb' %} {{ return(replaced('view')) }} {% endmaterialization %}

{% materialization table, adapter='duckdb' %} {{ return(replaced('table')) }} {% endmaterialization %}

{% macro replaced(type) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- set before = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if before is not none and (before.type != type or type == 'table') -%} {%- do drop_relation_if_exists(before) -%} {%- endif -%}
    {%- call statement('main') -%}
    {%- if type == 'table' -%} {{ create_table_as(False, target, compiled_code) }}
    {%- else -%} {{ create_view_as(target, compiled_code) | replace('create view', 'create or replace view', 1) }} {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

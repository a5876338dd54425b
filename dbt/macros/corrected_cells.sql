{# The cells of one table (or of all) as they count: what was read, with the corrections that apply. A correction may also fill a cell
   that the source lacks. Models read numbers through this macro and never from stg_cells, which is what the source says. #}
{% macro corrected_cells(table_name=none) %}
    select
        c.read_id, c.code, c.table_name, c.form,
        case when x.correction_id is null then c.value else x.value end as value,
        case when x.correction_id is null then c.state else x.state end as state,
        c.unit, c.printed, c.raw, c.place, c.match,
        case when x.correction_id is not null then c.value end as original_value,
        case when x.correction_id is not null then c.state end as original_state,
        x.correction_id
    from {{ ref('stg_cells') }} as c
    left join {{ ref('cell_corrections') }} as x on c.read_id = x.read_id and c.code = x.code and x.outcome = 'applied'
    {% if table_name %} where c.table_name = '{{ table_name }}' {% endif %}
    union all
    select
        x.read_id, x.code, x.table_name, x.form, x.value, x.state, x.unit, null as printed, null as raw, null as place, null as match,
        null as original_value, x.original_state, x.correction_id
    from {{ ref('cell_corrections') }} as x
    where x.outcome = 'applied' and x.original_state = 'absent' {% if table_name %} and x.table_name = '{{ table_name }}' {% endif %}
{% endmacro %}

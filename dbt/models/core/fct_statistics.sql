-- Every cell of the statistics table of a report before 2019; other reports have none of it, and no row here.
with reports as (select * from {{ ref('fct_reports') }} where form_statistics is not null),

asked as (select * from {{ ref('stg_form_cells') }} where table_name = 'statistics'),

cells as ({{ corrected_cells('statistics') }}),

final as (
    select
        r.report_id, a.code, a.row_code as measure, a.column_code is not null as is_cumulative,
        c.value as amount, coalesce(c.state, 'absent') as amount_state, coalesce(c.unit, a.unit) as unit, r.form_statistics as form,
        c.printed, c.raw, c.place, c.match,
        c.original_value::decimal(18, 6) as original_value, c.original_state, c.correction_id
    from reports as r
    inner join asked as a on r.form_statistics = a.form
    left join cells as c on r.read_id = c.read_id and a.code = c.code
)

select * from final

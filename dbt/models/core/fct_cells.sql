{{ config(
    materialized='touched', tags=['late'], meta={'shown_by': ['fct_requests', 'fct_challenges', 'fct_disclosure', 'fct_statistics']}
) }}
-- Every cell of every form for every report, as it counts: what was read, with the corrections that apply. What the form does not ask is
-- not_asked, what should be there and is not is absent. Numbers are read from here and never from stg_cells, which is what the source says.
with reports as (select * from {{ touched(ref('fct_reports')) }}),

measures as (select * from {{ ref('dim_measure') }} where table_name <> 'statistics'),

-- What each form makes of each cell: a table that is not there is absent, unless the report has the statistics table in its place.
slots as (
    select
        m.code, m.table_name, m.row_code, m.column_code, m.unit, f.form,
        case when f.form = 'missing' or list_contains(string_split(m.forms, ','), f.form) then 'absent' else 'not_asked' end as state
    from measures as m
    cross join (
        select form from {{ ref('stg_forms') }} union all select unnest(['missing', 'replaced'])
    ) as f
    union all
    select code, table_name, row_code, column_code, unit, form, 'absent' from {{ ref('stg_form_cells') }} where table_name = 'statistics'
),

tables as (
    select
        r.report_id, r.read_id, t.table_name, t.form,
        coalesce(t.form, case when r.form_statistics is null then 'missing' else 'replaced' end) as slot_form
    from reports as r
    cross join unnest([
        {'table_name': 'disclosure', 'form': r.form_disclosure}, {'table_name': 'requests', 'form': r.form_requests},
        {'table_name': 'challenges', 'form': r.form_challenges}, {'table_name': 'statistics', 'form': r.form_statistics}
    ]) as u (t)
    where t.table_name <> 'statistics' or t.form is not null
),

-- A correction may also fill a cell that the source lacks.
applied as (select * from {{ touched(ref('cell_corrections')) }} where outcome = 'applied'),

there as not materialized (
    select
        t.report_id, s.code, s.table_name, s.row_code, s.column_code, t.form, s.state as otherwise,
        case when x.correction_id is null then c.value else x.value end as value,
        case when x.correction_id is null then c.state else x.state end as state,
        coalesce(c.unit, s.unit) as unit, c.printed, c.raw, c.place, c.match, c.derivation,
        case when x.correction_id is not null then c.value end as original_value,
        case when x.correction_id is not null then c.state end as original_state, x.correction_id
    from tables as t
    inner join {{ ref('stg_cells') }} as c on t.read_id = c.read_id and t.table_name = c.table_name
    inner join slots as s on t.slot_form = s.form and c.code = s.code
    left join applied as x on c.read_id = x.read_id and c.code = x.code
    union all
    select
        t.report_id, s.code, s.table_name, s.row_code, s.column_code, t.form, s.state, x.value, x.state, coalesce(x.unit, s.unit),
        null, null, null, null, null, null, x.original_state, x.correction_id
    from applied as x
    inner join tables as t on x.report_id = t.report_id and x.table_name = t.table_name
    inner join slots as s on t.slot_form = s.form and x.code = s.code
    where x.original_state = 'absent'
),

-- Most reports hold every cell of their forms; only where one does not, cell is held against cell.
counted as (
    select t.report_id, t.table_name, count(h.code) as cells, count(h.code) filter (where h.otherwise = 'not_asked') as strays
    from tables as t left join there as h on t.report_id = h.report_id and t.table_name = h.table_name
    group by t.report_id, t.table_name
),

sizes as (select form, table_name, count(*) filter (where state = 'absent') as cells from slots group by form, table_name),

lacking as (
    select t.report_id, t.table_name, t.form, t.slot_form
    from tables as t
    inner join counted as n on t.report_id = n.report_id and t.table_name = n.table_name
    inner join sizes as z on t.slot_form = z.form and t.table_name = z.table_name
    where n.cells <> z.cells or n.strays > 0
),

not_there as (
    select t.report_id, s.code, s.table_name, s.row_code, s.column_code, t.form, s.state, s.unit
    from lacking as t
    inner join slots as s on t.slot_form = s.form and t.table_name = s.table_name
    anti join (
        select h.report_id, h.code from there as h semi join lacking as l on h.report_id = l.report_id
    ) as h on t.report_id = h.report_id and s.code = h.code
    union all
    select t.report_id, s.code, s.table_name, s.row_code, s.column_code, t.form, s.state, s.unit
    from tables as t
    inner join slots as s on t.slot_form = s.form and t.table_name = s.table_name and s.state = 'not_asked'
    anti join lacking as l on t.report_id = l.report_id and t.table_name = l.table_name
),

final as (
    select
        report_id, code, table_name, row_code, column_code, value::decimal(18, 6) as value, state, unit, form, printed, raw, place, match,
        derivation, original_value::decimal(18, 6) as original_value, original_state, correction_id
    from there
    union all
    select
        report_id, code, table_name, row_code, column_code, null, state, unit, form, null, null, null, null, null, null, null, null
    from not_there
)

select * from final

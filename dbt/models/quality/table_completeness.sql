{{ config(materialized='touched', tags=['late']) }}
-- Each table that a current report owes: whether it is there, and how many of its cells hold a number. A blank is no 0, so that a table
-- with one is not complete; what needs the cell cannot be judged.
with reports as (
    select *, coalesce(form_requests, form_disclosure, form_challenges) as form_chief
    from {{ touched(ref('fct_reports')) }} where is_current
),

asked as (select * from {{ ref('stg_form_cells') }}),

rules as (select distinct form, rule_id, table_name from {{ ref('stg_rules') }}),

-- The year from which a report has three tables; before it, one without any table lacks the statistics table.
three as (
    select min(f.first_year) as first_year
    from {{ ref('stg_forms') }} as f inner join asked as a on f.form = a.form
    where a.table_name = 'requests'
),

owed as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, r.file, t.table_name, r.form_chief,
        case t.table_name when 'disclosure' then r.form_disclosure when 'requests' then r.form_requests
            when 'challenges' then r.form_challenges else r.form_statistics end as form
    from reports as r
    cross join three as x
    cross join unnest(
        case when r.form_statistics is not null or (r.form_chief is null and r.report_year < x.first_year) then ['statistics']
            else ['disclosure', 'requests', 'challenges'] end
    ) as t (table_name)
),

missing as (
    select c.report_id, c.table_name, string_agg(c.code, ', ' order by a.ordinal, c.code) as missing_codes
    from {{ touched(ref('fct_cells')) }} as c left join asked as a on c.form = a.form and c.code = a.code
    where c.form is not null and c.state <> 'not_asked' and c.value is null
    group by c.report_id, c.table_name
),

counted as (
    select
        report_id, table_name, count(*) as cells, count(value) as numbers, count(*) filter (where state = 'blank') as blank,
        count(*) filter (where state = 'dash') as dash, count(*) filter (where state = 'unreadable') as unreadable,
        count(*) filter (where state = 'absent') as absent
    from {{ touched(ref('fct_cells')) }}
    where form is not null and state <> 'not_asked'
    group by report_id, table_name
),

open_sums as (
    select s.report_id, r.table_name, count(*) as sums
    from {{ touched(ref('rule_results')) }} as s inner join rules as r on s.form = r.form and s.rule_id = r.rule_id
    where s.is_current and s.result = 'not_assessable'
    group by s.report_id, r.table_name
),

sizes as (select form, table_name, count(*) as cells from asked group by form, table_name),

final as (
    select
        o.report_id, o.unit_code, o.unit_name, o.report_year, o.file, o.table_name, o.form, o.form is null as is_absent,
        coalesce(c.cells, z.cells)::integer as cells, coalesce(c.numbers, 0)::integer as numbers, coalesce(c.blank, 0)::integer as blank,
        coalesce(c.dash, 0)::integer as dash, coalesce(c.unreadable, 0)::integer as unreadable, coalesce(c.absent, 0)::integer as absent,
        m.missing_codes, coalesce(s.sums, 0)::integer as sums_not_assessable,
        o.form is not null and coalesce(c.numbers = c.cells, false) and coalesce(s.sums, 0) = 0 as is_complete
    from owed as o
    left join counted as c on o.report_id = c.report_id and o.table_name = c.table_name
    left join missing as m on o.report_id = m.report_id and o.table_name = m.table_name
    left join open_sums as s on o.report_id = s.report_id and o.table_name = s.table_name
    left join sizes as z on o.form_chief = z.form and o.table_name = z.table_name
)

select * from final

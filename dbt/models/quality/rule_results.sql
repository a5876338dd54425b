{{ config(materialized='touched', tags=['late']) }}
-- Every rule of every form against every report, in one join: rules are rows, not code. The rules of a table that is not there are
-- those of the form of the other tables; none of them is assessable.
with reports as (
    select *, case when form_statistics is null then coalesce(form_requests, form_disclosure, form_challenges) end as form_otherwise
    from {{ touched(ref('fct_reports')) }}
),

rules as (select * from {{ ref('stg_rules') }}),

-- A rule and all its terms belong to one table.
terms as (
    select m.form, m.rule_id, m.code, m.side, r.table_name, count(*) filter (where m.side = 'left') over (partition by m.form, m.rule_id) as lefts
    from {{ ref('stg_rule_terms') }} as m inner join rules as r on m.form = r.form and m.rule_id = r.rule_id
),

tables as (
    select report_id, unit_code, unit_name, report_year, is_current, 'disclosure' as table_name,
        coalesce(form_disclosure, form_otherwise) as form
    from reports
    union all
    select report_id, unit_code, unit_name, report_year, is_current, 'requests', coalesce(form_requests, form_otherwise) from reports
    union all
    select report_id, unit_code, unit_name, report_year, is_current, 'challenges',
        coalesce(form_challenges, form_otherwise)
    from reports
    union all
    select report_id, unit_code, unit_name, report_year, is_current, 'statistics', form_statistics from reports
),

sums as (
    select
        t.report_id, t.form, m.rule_id,
        sum(case when m.side = 'left' then c.value end) as left_sum,
        sum(case when m.side = 'right' then c.value end) as right_sum,
        string_agg(concat(m.code, ' ', replace(c.state, 'not_asked', 'absent')), ', ' order by m.code) filter (where c.value is null)
            as missing,
        any_value(m.lefts) = 1 as is_total
    from {{ touched(ref('fct_cells')) }} as c
    inner join tables as t on c.report_id = t.report_id and c.table_name = t.table_name
    inner join terms as m on t.form = m.form and c.table_name = m.table_name and c.code = m.code
    group by t.report_id, t.form, m.rule_id
),

final as (
    select
        s.report_id, t.unit_code, t.unit_name, t.report_year, t.is_current, s.form, r.rule, r.instance, s.rule_id, r.severity,
        case when s.missing is not null then 'not_assessable' when s.left_sum = s.right_sum then 'pass' else 'fail' end as result,
        case when s.missing is null then s.left_sum end::decimal(18, 6) as left_sum,
        case when s.missing is null then s.right_sum end::decimal(18, 6) as right_sum,
        case when s.missing is null then s.left_sum - s.right_sum end::decimal(18, 6) as difference,
        s.missing as missing_codes,
        -- A total left at 0 over parts that are not: it was probably not filled in.
        case when s.missing is null and s.is_total and s.left_sum = 0 and s.right_sum <> 0 then 'total_zero' end as cause, r.zh, r.en, r.law
    from sums as s
    inner join rules as r on s.form = r.form and s.rule_id = r.rule_id
    inner join tables as t on s.report_id = t.report_id and r.table_name = t.table_name
)

select * from final

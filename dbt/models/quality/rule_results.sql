{{ config(materialized='touched', tags=['late'], meta={'lies_by': 'unit_code'}) }}
-- Every rule of every form against every report, in one join: rules are rows, not code. The rules of a table that is not there are
-- those of the form of the other tables; none of them is assessable.
with reports as (
    select *, case when form_statistics is null then coalesce(form_requests, form_disclosure, form_challenges) end as form_otherwise
    from {{ touched(ref('fct_reports')) }}
),

rules as (select *, row_number() over (order by form, rule_id)::smallint as rule_number from {{ ref('stg_rules') }}),

-- A rule and all its terms belong to one table.
terms as (
    select m.form, r.rule_number, m.code, m.side = 'left' as is_left, r.table_name
    from {{ ref('stg_rule_terms') }} as m inner join rules as r on m.form = r.form and m.rule_id = r.rule_id
),

totals as (select rule_number, count(*) filter (where is_left) = 1 as is_total from terms group by rule_number),

tables as (
    select report_id, unit_code, unit_name, report_year, is_current, table_name, form, row_number() over (order by report_id, table_name)::integer as number
    from (
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
    )
),

-- Numbers stand for reports and rules: a number is a term of several sums, and the texts of all of them would have to be held.
used as (
    select t.number, m.rule_number, m.is_left, c.code, c.value, c.state
    from {{ touched(ref('fct_cells')) }} as c
    inner join tables as t on c.report_id = t.report_id and c.table_name = t.table_name
    inner join terms as m on t.form = m.form and c.table_name = m.table_name and c.code = m.code
),

sums as (
    select
        number, rule_number,
        sum(case when is_left then value end) as left_sum,
        sum(case when not is_left then value end) as right_sum
    from used
    group by number, rule_number
),

lacking as (
    select number, rule_number, string_agg(concat(code, ' ', replace(state, 'not_asked', 'absent')), ', ' order by code) as missing
    from used
    where value is null
    group by number, rule_number
),

final as (
    select
        t.report_id, t.unit_code, t.unit_name, t.report_year, t.is_current, t.form, r.rule, r.instance, r.rule_id, r.severity,
        case when l.missing is not null then 'not_assessable' when s.left_sum = s.right_sum then 'pass' else 'fail' end as result,
        case when l.missing is null then s.left_sum end::decimal(18, 6) as left_sum,
        case when l.missing is null then s.right_sum end::decimal(18, 6) as right_sum,
        case when l.missing is null then s.left_sum - s.right_sum end::decimal(18, 6) as difference,
        l.missing as missing_codes,
        -- A total left at 0 over parts that are not: it was probably not filled in.
        case when l.missing is null and x.is_total and s.left_sum = 0 and s.right_sum <> 0 then 'total_zero' end as cause, r.zh, r.en, r.law
    from sums as s
    inner join rules as r on s.rule_number = r.rule_number
    inner join totals as x on s.rule_number = x.rule_number
    inner join tables as t on s.number = t.number
    left join lacking as l on s.number = l.number and s.rule_number = l.rule_number
)

-- Who touches a county finds its rows beside each other, and passes over the rest.
select * from final order by unit_code, report_year, report_id

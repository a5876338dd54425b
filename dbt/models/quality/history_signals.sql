{{ config(materialized='view', schema='staging') }}
-- What other years and other units make doubtful in a current report: running totals, copies, tables left empty, jumps.
with reports as (
    select r.*, u.level, u.county_code
    from {{ touched(ref('fct_reports')) }} as r inner join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
    where r.is_current and r.report_year is not null
),

limits as (select * from {{ ref('stg_signal_values') }}),

alike as (select * from {{ touched(ref('similar_reports')) }}),

totals as (select * from {{ ref('running_totals') }}),

marks as (
    select r.report_id, r.unit_code, r.report_year, r.county_code, r.numbers_id, coalesce(len(d.clauses), 0) as clause_count
    from reports as r inner join {{ ref('stg_documents') }} as d on r.read_id = d.read_id
),

copies as (
    select r.report_id, 'same_as_last_year' as rule, r.numbers_id is not null and o.numbers_id is not null as is_known, o.report_year as other
    from marks as r inner join marks as o on r.unit_code = o.unit_code and r.report_year = o.report_year + 1
    union all
    select
        r.report_id, 'same_prose_as_last_year',
        least(r.clause_count, o.clause_count) >= {{ var('similar_clauses') }}, o.report_year
    from marks as r inner join marks as o on r.unit_code = o.unit_code and r.report_year = o.report_year + 1
    union all
    select report_id, 'copied_report', numbers_id is not null or clause_count >= {{ var('similar_clauses') }}, null
    from marks where county_code is not null
    qualify count(*) over (partition by county_code, report_year) > 1
),

-- A pair is told of both reports.
neighbors as (
    select report_id, other_unit_code as instance, other_unit_name as expected, has_same_numbers, shared_prose
    from alike where relation = 'neighbor'
    union all
    select other_report_id, unit_code, unit_name, has_same_numbers, shared_prose from alike where relation = 'neighbor'
),

copied as (
    select
        c.report_id, c.rule, coalesce(n.instance, '') as instance,
        case
            when c.rule = 'copied_report' and n.report_id is not null then 'fail'
            when c.rule = 'same_as_last_year' and s.has_same_numbers then 'fail'
            when c.rule = 'same_prose_as_last_year' and s.shared_prose >= {{ var('similar_prose') }} then 'fail'
            else 'pass' end as result,
        case c.rule
            when 'same_as_last_year' then c.other::varchar
            when 'copied_report' then case when n.has_same_numbers then '100%' else printf('%d%%', floor(n.shared_prose * 100)::integer) end
            else printf('%d%%', floor(s.shared_prose * 100)::integer) end as found,
        case when c.rule = 'copied_report' then n.expected else c.other::varchar end as expected
    from copies as c
    left join alike as s on c.report_id = s.report_id and s.relation = 'last_year'
    left join neighbors as n on c.report_id = n.report_id and c.rule = 'copied_report'
    where c.is_known
),

-- All numbers of tables two to four are 0, and tables two and three are there.
empty as (
    select r.report_id, any_value(r.unit_code) as unit_code, any_value(r.report_year) as report_year, bool_and(c.value = 0) as is_empty
    from reports as r inner join {{ touched(ref('fct_cells')) }} as c on r.report_id = c.report_id
    where r.form_disclosure is not null and r.form_requests is not null and c.value is not null
    group by r.report_id
),

told as (
    select c.report_id, c.amount, c.sentence, row_number() over (partition by c.report_id order by c.amount desc, c.sentence) as turn
    from {{ touched(ref('fct_counts')) }} as c
    inner join limits as x on x.rule = 'active_but_empty' and x.name = 'prose' and c.code = x.value
    where c.scope = 'this_year' and not c.is_approximate
),

-- For each year the largest number of the years around it. Years are held against each other as equals, not by how far they lie apart: so joined,
-- all numbers of all years of a nation might come to stand beside each other.
spread as (
    select
        r.unit_code, r.report_year as other_year, d.code, d.amount,
        unnest(generate_series(r.report_year - try_cast(n.value as integer), r.report_year + try_cast(n.value as integer))) as report_year
    from reports as r
    inner join {{ touched(ref('fct_disclosure')) }} as d on r.report_id = d.report_id and d.amount is not null
    inner join limits as x on x.rule = 'active_but_empty' and x.name = 'measures' and d.measure = x.value
    inner join limits as n on n.rule = 'active_but_empty' and n.name = 'years'
),

around as (
    select * from spread
    where report_year <> other_year
    qualify row_number() over (partition by unit_code, report_year order by amount desc nulls last, other_year desc, code) = 1
),

unfilled as (
    select
        e.report_id, 'active_but_empty' as rule,
        case when not e.is_empty then '' when t.amount > 0 then 'prose' when a.amount > 0 then 'years' else '' end as instance,
        case when e.is_empty and (t.amount > 0 or a.amount > 0) then 'fail' else 'pass' end as result,
        case when e.is_empty and coalesce(t.amount, 0) = 0 and a.amount > 0 then a.code end as code,
        case when e.is_empty and t.amount > 0 then t.amount when e.is_empty and a.amount > 0 then a.amount end as left_sum,
        case when e.is_empty and t.amount > 0 then t.sentence when e.is_empty and a.amount > 0 then a.other_year::varchar end as found
    from empty as e
    left join told as t on e.report_id = t.report_id and t.turn = 1
    left join around as a on e.unit_code = a.unit_code and e.report_year = a.report_year
    where not e.is_empty or t.report_id is not null or a.unit_code is not null
),

everything as (
    select
        report_id, case result when 'restart' then 'cumulative_restart' else 'cumulative' end as rule, measure as instance,
        case result when 'pass' then 'pass' else 'fail' end as result, concat('statistics.', measure, '.cumulative') as code,
        cumulative as left_sum, case result when 'restart' then before else before + of_year end as right_sum,
        null::varchar as found, null::varchar as expected
    from totals where result <> 'not_assessable'
    union all
    select report_id, 'cumulative_restart', measure, 'pass', concat('statistics.', measure, '.cumulative'), cumulative, before, null, null
    from totals where result in ('pass', 'fail')
    union all
    select report_id, rule, instance, result, null, null, null, found, expected from copied
    union all
    select report_id, rule, instance, result, code, left_sum, null, found, null from unfilled
    union all
    select report_id, rule, instance, result, code, left_sum, right_sum, found, expected from {{ ref('jumps') }}
),

final as (
    select
        report_id, rule, instance, result, code, left_sum::decimal(18, 6) as left_sum, right_sum::decimal(18, 6) as right_sum, found,
        expected
    from everything
)

select * from final

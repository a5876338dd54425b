{{ config(materialized='touched', tags=['late']) }}
-- Every rule beyond the printed sums against every report: last year's cells, counts told in prose and fixed numbers are terms too.
with reports as (
    select
        r.*, u.level,
        -- The form of table three decides which relations hold; where it is not there, that of the others.
        coalesce(r.form_requests, r.form_disclosure, r.form_challenges) as form_chief
    from {{ touched(ref('fct_reports')) }} as r left join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
),

terms as (select * from {{ ref('stg_relation_terms') }}),

cells as (
    select report_id, code, value from {{ touched(ref('fct_cells')) }}
    where value is not null and code in (select code from terms where source in ('cell', 'last_year'))
),

-- A count is used only if the prose gives it exactly, for the year, and in one number.
told as (
    select report_id, code, max(amount) as value
    from {{ touched(ref('fct_counts')) }}
    where scope = 'this_year' and not is_approximate and code <> 'unclassified'
    group by report_id, code
    having count(distinct amount) = 1
),

applied as (
    select
        r.report_id, r.unit_code, r.report_year, x.form, x.rule_id, x.sign, p.report_id as last_report_id
    from reports as r
    inner join {{ ref('stg_relations') }} as x
        on r.form_chief = x.form and (x.levels is null or list_contains(string_split(x.levels, ','), r.level))
    left join {{ ref('last_units') }} as u on r.unit_code = u.unit_code and r.report_year = u.report_year
    left join reports as p
        on p.unit_code = case when u.unit_code is null then r.unit_code else u.last_unit_code end
        and p.report_year = r.report_year - 1 and p.is_current
),

valued as (
    select
        a.report_id, a.rule_id, a.sign, m.side, m.reading, m.source, m.code,
        m.factor * case m.source
            when 'cell' then c.value
            when 'last_year' then l.value
            when 'prose' then t.value
            else try_cast(m.code as decimal(18, 6))
        end as amount
    from applied as a
    inner join terms as m on a.form = m.form and a.rule_id = m.rule_id
    left join cells as c on m.source = 'cell' and a.report_id = c.report_id and m.code = c.code
    left join cells as l on m.source = 'last_year' and a.last_report_id = l.report_id and m.code = l.code
    left join told as t on m.source = 'prose' and a.report_id = t.report_id and m.code = t.code
),

sides as (
    select report_id, rule_id, sign, side, reading, sum(amount) as total
    from valued
    group by all
),

missing as (
    select
        report_id, rule_id,
        string_agg(
            distinct case when source = 'cell' then code else concat(source, ':', code) end, ', ' order by case when source = 'cell' then code else concat(source, ':', code) end
        ) as missing_terms
    from valued
    where amount is null
    group by all
),

compared as (
    select
        l.report_id, l.rule_id, l.total as left_sum, r.total as right_sum,
        case when l.sign = '=' then l.total = r.total else l.total <= r.total end as holds,
        row_number() over (
            partition by l.report_id, l.rule_id
            order by case when l.sign = '=' then l.total = r.total else l.total <= r.total end desc nulls last, r.reading
        ) as turn
    from sides as l
    inner join sides as r on l.report_id = r.report_id and l.rule_id = r.rule_id and l.side = 'left' and r.side = 'right'
),

final as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, r.is_current, x.form, x.rule, x.instance, x.rule_id, x.severity,
        case when m.missing_terms is not null then 'not_assessable' when c.holds then 'pass' else 'fail' end as result,
        case when m.missing_terms is null then c.left_sum end::decimal(18, 6) as left_sum,
        case when m.missing_terms is null then c.right_sum end::decimal(18, 6) as right_sum,
        case when m.missing_terms is null then c.left_sum - c.right_sum end::decimal(18, 6) as difference,
        m.missing_terms, x.zh, x.en, x.law
    from compared as c
    inner join reports as r on c.report_id = r.report_id
    inner join {{ ref('stg_relations') }} as x on r.form_chief = x.form and c.rule_id = x.rule_id
    left join missing as m on c.report_id = m.report_id and c.rule_id = m.rule_id
    where c.turn = 1
)

select * from final

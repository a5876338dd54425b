{{ config(materialized='view') }}
-- The one long table: every number that counts, in words and with its place. A view, for the cells stand in fct_cells already.
with reports as (
    select
        report_id, unit_code, unit_name, report_year, file, document_id, url, published_on, reader, string_split(pages, ' ') as pages
    from {{ ref('fct_reports') }}
    where is_current and unit_code is not null and report_year is not null
),

measures as (select code, zh, en from {{ ref('dim_measure') }}),

cells as (
    select
        *,
        regexp_extract(
            place, '\(page (\d+), x (-?[\d.]+)–(-?[\d.]+), y (-?[\d.]+)–(-?[\d.]+) \w+\)$', ['page', 'x0', 'x1', 'y0', 'y1']
        ) as box
    from {{ ref('fct_cells') }}
    where state <> 'not_asked'
),

joined as (
    select
        r.unit_code, r.unit_name, r.report_year, c.table_name, c.code, m.zh as cell_zh, m.en as cell_en, c.value, c.state, c.unit, c.form,
        c.raw, c.place, try_cast(c.box.page as integer) as page, c.box,
        try_cast(string_split(r.pages[try_cast(c.box.page as integer)], ',') as double []) as shown,
        r.file, r.document_id, r.report_id, r.reader, r.url, r.published_on, c.correction_id
    from cells as c
    inner join reports as r on c.report_id = r.report_id
    inner join measures as m on c.code = m.code
),

-- Shares of the page from its upper left corner; NULL where there is no box, or the size of the page is not known.
shares as (
    select
        *
        {%- for side, low in [('x0', 1), ('y0', 2), ('x1', 1), ('y1', 2)] %},
        round((try_cast(box.{{ side }} as double) - shown[{{ low }}]) / nullif(shown[{{ low + 2 }}] - shown[{{ low }}], 0), 4) as {{ side }}
        {%- endfor %}
    from joined
),

final as (
    select
        unit_code, unit_name, report_year, table_name, code, cell_zh, cell_en, value, state, unit, form, raw, place, page,
        {%- for side in ['x0', 'y0', 'x1', 'y1'] %}
        case when {{ side }} is not null then greatest(0, least(1, {{ side }})) end as {{ side }},  -- NULL would be passed over
        {%- endfor %}
        file, document_id, report_id, reader, url, published_on, correction_id
    from shares
)

select * from final

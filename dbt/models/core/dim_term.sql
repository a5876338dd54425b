{{ config(tags=['law']) }}
select code, zh, en, definition, law from {{ ref('stg_terms') }}

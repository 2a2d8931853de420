/** What providers call the columns of sales and taxes. */

export const RECORD_PHRASES: Readonly<Record<string, readonly string[]>> = {
  sale_id: ['sale id', 'transaction id', 'comp id', 'deed id', 'sale key'],
  sale_date: ['date of sale', 'deed date', 'date sale', 'transaction date'],
  recording_date: ['date recording', 'recording date', 'document recording date'],
  sale_amount: ['sale price', 'price', 'consideration', 'amount', 'sale amount'],
  price_per_unit: ['price unit', 'price per unit', 'sale price per unit'],
  price_per_sqft: ['price per square foot', 'price square foot', 'sale price per square foot'],
  document_type: ['deed type', 'document kind', 'instrument type', 'deed'],
  document_number: ['deed number', 'instrument number', 'book page', 'document number'],
  tax_year: ['year', 'roll year', 'assessed year', 'tax roll year'],
  tax_amount: ['tax', 'total tax', 'tax due', 'annual tax', 'net tax', 'tax bill'],
  assessed_land_value: ['land assessed', 'assessed land', 'land assessed value'],
  assessed_improvement_value: [
    'improvement assessed',
    'assessed improvement',
    'building assessed value',
    'improvement assessed value',
  ],
  total_assessed_value: ['assessed value', 'total assessed', 'assessed total'],
  market_land_value: ['land value', 'land market value', 'market land', 'appraised land value'],
  market_improvement_value: [
    'improvement value',
    'improvement market value',
    'building value',
    'appraised improvement value',
  ],
  total_market_value: [
    'market value',
    'total value',
    'just value',
    'appraised value',
    'total market value',
    'fair market value',
  ],
};

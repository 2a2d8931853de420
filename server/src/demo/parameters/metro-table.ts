/**
 * Parameters derived from Apartment List and Zillow Research.
 *
 * One metro per line, largest first: rents of one and two bedrooms in March 2025 to $25; growth of each year December to December, distance
 * between the strongest and the weakest month, and vacancy in percent to half points; population in millions to half a million. City, ZIP
 * prefix and county are those of the principal city, where the coordinates point.
 */
export const METRO_TABLE = `
cbsa|msa|city|state|zip3|county|lat|lon|millions|rent1|rent2|g2018|g2019|g2020|g2021|g2022|g2023|g2024|season|vacancy
35620|New York-Newark-Jersey City, NY-NJ-PA|New York|NY|100|New York|40.71|-74.01|20|2025|2275|3.5|2|-9.5|20|5|2|0.5|4|5
31080|Los Angeles-Long Beach-Anaheim, CA|Los Angeles|CA|900|Los Angeles|34.05|-118.24|13|1900|2350|3.5|2.5|-4.5|17|2.5|-1|-0.5|1.5|5
16980|Chicago-Naperville-Elgin, IL-IN-WI|Chicago|IL|606|Cook|41.88|-87.63|9.5|1425|1650|2|3|-6|13.5|6|4|2.5|4|5
19100|Dallas-Fort Worth-Arlington, TX|Dallas|TX|752|Dallas|32.78|-96.8|7.5|1250|1475|2.5|2|-0.5|18|5|-2|-3|2.5|8.5
26420|Houston-The Woodlands-Sugar Land, TX|Houston|TX|770|Harris|29.76|-95.37|7|1150|1350|-0.5|1|-1.5|11|4|-0.5|0|1.5|8
47900|Washington-Arlington-Alexandria, DC-VA-MD-WV|Washington|DC|200|District of Columbia|38.91|-77.04|6.5|1975|2200|3|2|-6.5|14|3|3|3|4|5.5
37980|Philadelphia-Camden-Wilmington, PA-NJ-DE-MD|Philadelphia|PA|191|Philadelphia|39.95|-75.16|6|1325|1625|4|3|1|15|2|1.5|0.5|4|5.5
33100|Miami-Fort Lauderdale-Pompano Beach, FL|Miami|FL|331|Miami-Dade|25.77|-80.19|6|1500|1850|3|2.5|-0.5|31|4.5|-1.5|0|1|6
12060|Atlanta-Sandy Springs-Alpharetta, GA|Atlanta|GA|303|Fulton|33.75|-84.39|6|1325|1400|4|2|3|23|-0.5|-4.5|-2.5|2.5|7.5
14460|Boston-Cambridge-Newton, MA-NH|Boston|MA|021|Suffolk|42.36|-71.06|5|1850|2300|4|3|-10.5|21|4|3|1.5|6|5
38060|Phoenix-Mesa-Chandler, AZ|Phoenix|AZ|850|Maricopa|33.45|-112.07|5|1175|1375|8|8|5|29|-2.5|-4|-3|2|8
41860|San Francisco-Oakland-Berkeley, CA|San Francisco|CA|941|San Francisco|37.77|-122.42|4.5|2325|2750|5.5|0|-13|10|2|-3|1|3.5|4.5
40140|Riverside-San Bernardino-Ontario, CA|Riverside|CA|925|Riverside|33.95|-117.4|4.5|1400|1725|5|3.5|11.5|20|-1|-1.5|0|2|4
19820|Detroit-Warren-Dearborn, MI|Detroit|MI|482|Wayne|42.33|-83.05|4.5|975|1250|2|4|5|10.5|0.5|1|3|3.5|5
42660|Seattle-Tacoma-Bellevue, WA|Seattle|WA|981|King|47.61|-122.33|4|1750|2000|4.5|4|-8.5|19.5|2.5|-0.5|1.5|6|6
33460|Minneapolis-St. Paul-Bloomington, MN-WI|Minneapolis|MN|554|Hennepin|44.98|-93.27|3.5|1275|1575|3|3|-4|6.5|2.5|0.5|1.5|3|7
41740|San Diego-Chula Vista-Carlsbad, CA|San Diego|CA|921|San Diego|32.72|-117.16|3.5|1925|2350|4.5|2.5|3|20|5|-1.5|0|3.5|6
45300|Tampa-St. Petersburg-Clearwater, FL|Tampa|FL|336|Hillsborough|27.95|-82.46|3|1300|1525|3|3|4|32|0|-1.5|0.5|2.5|6.5
19740|Denver-Aurora-Lakewood, CO|Denver|CO|802|Denver|39.74|-104.99|3|1450|1750|5|1.5|-2|17|3|0|-4|4|8.5
12580|Baltimore-Columbia-Towson, MD|Baltimore|MD|212|Baltimore City|39.29|-76.61|3|1450|1825|2|2.5|2.5|14.5|1|1|2.5|3|5.5
41180|St. Louis, MO-IL|St. Louis|MO|631|St. Louis City|38.63|-90.2|3|1000|1250|0.5|6|1.5|11|5.5|0.5|1|3|6.5
36740|Orlando-Kissimmee-Sanford, FL|Orlando|FL|328|Orange|28.54|-81.38|2.5|1300|1525|4.5|2|-4|28.5|4.5|-3.5|-2|3|7
16740|Charlotte-Concord-Gastonia, NC-SC|Charlotte|NC|282|Mecklenburg|35.23|-80.84|2.5|1250|1275|3.5|3|0|19.5|5|-2|-2.5|3|8.5
41700|San Antonio-New Braunfels, TX|San Antonio|TX|782|Bexar|29.42|-98.49|2.5|1025|1250|2|1.5|0|15|4|-3.5|-3|2|9
38900|Portland-Vancouver-Hillsboro, OR-WA|Portland|OR|972|Multnomah|45.52|-122.68|2.5|1425|1650|1.5|3|-0.5|13.5|4|-5|1.5|4|6.5
40900|Sacramento-Roseville-Folsom, CA|Sacramento|CA|958|Sacramento|38.58|-121.49|2.5|1375|1725|5.5|4.5|8|16|-2|-0.5|1|4|4.5
38300|Pittsburgh, PA|Pittsburgh|PA|152|Allegheny|40.44|-80.0|2.5|975|1225|7.5|2.5|-3.5|12.5|3.5|1|1|5|6.5
12420|Austin-Round Rock-Georgetown, TX|Austin|TX|787|Travis|30.27|-97.74|2.5|1200|1425|4.5|3.5|-3|25|2.5|-5.5|-7.5|3.5|10
29820|Las Vegas-Henderson-Paradise, NV|Las Vegas|NV|891|Clark|36.17|-115.14|2.5|1175|1400|7|5|5|27|-4|-1.5|0|2|6.5
17140|Cincinnati, OH-KY-IN|Cincinnati|OH|452|Hamilton|39.1|-84.51|2.5|950|1225|4|3.5|3.5|14|6.5|2|1|2.5|5.5
28140|Kansas City, MO-KS|Kansas City|MO|641|Jackson|39.1|-94.58|2|1150|1300|1|2.5|2.5|10|6|2|4|3|6.5
18140|Columbus, OH|Columbus|OH|432|Franklin|39.96|-83.0|2|1100|1350|2|0.5|4.5|11.5|6|1|1.5|3.5|5.5
26900|Indianapolis-Carmel-Anderson, IN|Indianapolis|IN|462|Marion|39.77|-86.16|2|1075|1250|3.5|4|3|15.5|6.5|2|0.5|2.5|6
17460|Cleveland-Elyria, OH|Cleveland|OH|441|Cuyahoga|41.5|-81.69|2|900|1125|8|0|7|8.5|5|0.5|5|3.5|6
34980|Nashville-Davidson--Murfreesboro--Franklin, TN|Nashville|TN|372|Davidson|36.16|-86.78|2|1225|1350|2.5|3|-1|22|3.5|-3.5|-1|3.5|8
41940|San Jose-Sunnyvale-Santa Clara, CA|San Jose|CA|951|Santa Clara|37.34|-121.89|2|2625|3075|6.5|1.5|-15.5|13|7|-1|3.5|5.5|5
47260|Virginia Beach-Norfolk-Newport News, VA-NC|Virginia Beach|VA|234|Virginia Beach City|36.85|-76.29|2|1300|1475|4|3|5.5|17|1.5|2.5|3|2.5|6
39300|Providence-Warwick, RI-MA|Providence|RI|029|Providence|41.82|-71.41|1.5|1125|1550|6|0|5|18.5|1.5|5|1|5.5|4
27260|Jacksonville, FL|Jacksonville|FL|322|Duval|30.33|-81.66|1.5|1100|1325|5|1.5|4|27.5|-1|-4|-3|2|7.5
33340|Milwaukee-Waukesha, WI|Milwaukee|WI|532|Milwaukee|43.04|-87.91|1.5|1000|1250|2|3.5|1|10.5|5.5|4|0|3.5|7
36420|Oklahoma City, OK|Oklahoma City|OK|731|Oklahoma|35.47|-97.52|1.5|875|1075|1.5|2|3.5|14.5|4|2.5|-1|2|6
39580|Raleigh-Cary, NC|Raleigh|NC|276|Wake|35.78|-78.64|1.5|1250|1375|3|4|1.5|21.5|5|-3.5|-4|4|8.5
32820|Memphis, TN-MS-AR|Memphis|TN|381|Shelby|35.15|-90.05|1.5|950|1050|6|2.5|6.5|16|1.5|0|-1.5|2.5|8.5
40060|Richmond, VA|Richmond|VA|232|Richmond City|37.54|-77.44|1.5|1225|1400|6|2.5|7.5|15|3|-1|3|3|6.5
31140|Louisville/Jefferson County, KY-IN|Louisville|KY|402|Jefferson|38.25|-85.76|1.5|975|1225|5.5|2|1|7.5|7|4|3.5|3|6.5
35380|New Orleans-Metairie, LA|New Orleans|LA|701|Orleans Parish|29.95|-90.07|1.5|1000|1225|-2.5|3.5|0|16|-0.5|-3|3|2.5|5
41620|Salt Lake City, UT|Salt Lake City|UT|841|Salt Lake|40.76|-111.89|1.5|1200|1425|5.5|0.5|2|21.5|4|-3|-3.5|2.5|8
25540|Hartford-East Hartford-Middletown, CT|Hartford|CT|061|Hartford|41.77|-72.67|1|1275|1675|5|2.5|2.5|12|6|3|4.5|3.5|5
13820|Birmingham-Hoover, AL|Birmingham|AL|352|Jefferson|33.52|-86.8|1|1075|1150|5|3|4.5|11.5|3.5|-0.5|-0.5|2|10.5
24340|Grand Rapids-Kentwood, MI|Grand Rapids|MI|495|Kent|42.96|-85.67|1|1025|1250|7.5|6|3|19|1.5|3.5|4|7|7
46060|Tucson, AZ|Tucson|AZ|857|Pima|32.22|-110.97|1|950|1225|6|5|7.5|23|4.5|0.5|-2|1|8.5
46140|Tulsa, OK|Tulsa|OK|741|Tulsa|36.15|-95.99|1|875|1075|0.5|6|6|10.5|8|2|4|2|4.5
36540|Omaha-Council Bluffs, NE-IA|Omaha|NE|681|Douglas|41.26|-95.94|1|1050|1275|3.5|3|1|9|9|3|2.5|2.5|6
14860|Bridgeport-Stamford-Norwalk, CT|Bridgeport|CT|066|Fairfield|41.18|-73.19|1|1850|2250|2|0.5|2.5|10|5.5|2|6|4.5|5
24860|Greenville-Anderson, SC|Greenville|SC|296|Greenville|34.85|-82.4|1|1025|1100|6.5|3.5|0|17|7.5|-1.5|-0.5|3|7
10740|Albuquerque, NM|Albuquerque|NM|871|Bernalillo|35.08|-106.65|1|1000|1250|4.5|7|7|19.5|9.5|-0.5|3|3|6.5
10580|Albany-Schenectady-Troy, NY|Albany|NY|122|Albany|42.65|-73.76|1|1150|1400|-3|2.5|6|14|3|2|-2|4.5|4.5
28940|Knoxville, TN|Knoxville|TN|379|Knox|35.96|-83.92|1|900|1125|5|4|4.5|30|9.5|2|0.5|5.5|6
12940|Baton Rouge, LA|Baton Rouge|LA|708|East Baton Rouge Parish|30.45|-91.19|1|950|1125|1.5|0|2|12.5|3|-0.5|1.5|3.5|7.5
35300|New Haven-Milford, CT|New Haven|CT|065|New Haven|41.31|-72.92|1|1375|1700|3.5|-1|4|22.5|-3|3.5|7|3.5|8.5
`;

/** What `cli.js help` says. */
export const HELP = `Usage of coding agents from the transcripts on this machine.

  cli.js usage     [--window day|week|month|all] [--since ISO] [--until ISO] [--agent ID]... [--workspace PATH]
                   [--subagent TYPE] [--provider ID] [--model NAME] [--session ID] [--account NAME] [--user NAME] [--used KIND [--item TARGET]]
                   --since and --until win over the edges of the window; --used: sessions in which this kind of tool owned tokens,
                   with --item those that carried this item of it
  cli.js sessions  [the same] [--limit N]
  cli.js attribution  [--session ID | --latest] [--lens window|spent|in-flight]
  cli.js items     [the same] [--kind KIND] [--limit N]   what each file, program, host, MCP tool and subagent was sent and made to generate
  cli.js limits    [--settings FILE] [--budget TOKENS] [the options of usage]   what is used of each limit, where that leads, what agents state
                   of their quotas, and account, user and workspace of the window
  cli.js health    which agents were found, what was read of them, what was not understood
  cli.js requests  [the same] [--limit N] [--after CURSOR]   newest first, each with where it stands and why it is counted
  cli.js serve     [--port N] [--token-file FILE]   answer other programs of this machine over HTTP, until ended
  cli.js mcp       [--engine DIR]   answer an agent over its input and output, as a server of the Model Context Protocol; asks the
                   engine of a running editor (or the one whose storage is in DIR), else reads the transcripts itself
  cli.js prices list    what every model costs, and where that comes from
  cli.js prices set     --provider ID --model NAME --input USD --output USD [--cache-read USD] [--cache-write-5m USD] [--cache-write-1h USD]
                        [--web-searches USD] [--tier NAME] [--from DAY] --store FILE
                        a price of your own, per million tokens and per thousand searches; history is priced by it too
  cli.js prices remove  --provider ID --model NAME [--tier NAME] [--from DAY] --store FILE
  cli.js prices import FILE  --store FILE    your own prices from a file, JSON or CSV: all of them or none
  cli.js prices export       --store FILE    your own prices, as JSON or with --format csv
  cli.js team look | setup   whether the team's store in the variable ATM_TEAM_URL can be used, and which accounts; setup makes its tables,
                        which needs a role that may create schemas and roles; with --without-row-security also on a server that cannot check who writes
                        in whose name
  cli.js store check    --store FILE         look for damage and wrong sums; exit code 1 when there are any
  cli.js store rebuild  --store FILE         read all transcripts that exist anew, after a backup; what deleted ones told stays,
                                             what "store forget" took out comes back
  cli.js store backup TO    --store FILE     copy the store into a new file
  cli.js store restore FROM --store FILE     put a backup in its place; what stood there is kept beside it
  cli.js store compact  --store FILE         give back the space of what was taken out
  cli.js store forget DAY   --store FILE     take out everything from before a day (2026-01-31, UTC); transcripts do not bring it back

  --home DIR     look for the agents' default folders under this home; their environment variables do not count then
  --store FILE   keep what was read in this file (default: in memory)
  --tz ZONE      IANA time zone in which days begin (default: this machine's)
  --settings FILE  JSON with the editor's settings accounts, usageReset, weeklyBudgetTokens, weeklyBudgetUsd, subscriptionCost, and cost,
                 by which tables and CSV show costs
  --reset DAY,HH:MM,ZONE   when weeks begin (default: monday,00:00,UTC)
  --format json|table|csv
  --timing       phases in ms and peak memory on stderr
`;

/** A user's settings for a quiet editor: no welcome pages, no suggestions, no network, nothing beside the workbench. */
export const quietSettings = {
  'workbench.colorTheme': 'Dark Modern', // the ids are "Dark Modern" and "Light Modern", without "Default"
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'agentTokenMeter.prices.openRouter': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

declare module 'vader-sentiment' {
  /** Shares of a text's words, and the lexicon's verdict on the whole from -1 to 1. */
  interface PolarityScores {
    readonly neg: number;
    readonly neu: number;
    readonly pos: number;
    readonly compound: number;
  }

  /** A CommonJS module: Node gives its exports as the default one. */
  const vaderSentiment: {
    readonly SentimentIntensityAnalyzer: { polarity_scores(text: string): PolarityScores };
  };
  export default vaderSentiment;
}

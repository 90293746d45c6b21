import vaderSentiment from 'vader-sentiment';

/** What the lexicon says of a text. */
export type Sentiment = 'positive' | 'negative';

/**
 * The sentiment of a text by the VADER lexicon (Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment
 * Analysis of Social Media Text", ICWSM 2014).
 *
 * **This is a lexicon with a few rules, not a language model**: it adds up the scores of known words. It answers in the
 * stand-in server's default, so that replies depend on the records and anyone can compute what is right.
 *
 * @returns `positive` if VADER's compound score is 0 or more, so also for texts without a word that it knows
 */
export function lexiconSentiment(text: string): Sentiment {
  return vaderSentiment.SentimentIntensityAnalyzer.polarity_scores(text).compound >= 0 ? 'positive' : 'negative';
}

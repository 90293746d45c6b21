/** Jobs of OpenAI: `rxjs-llm/jobs/openai`. */
export { openaiJobs, type OpenAIJobsOptions } from './openai-jobs.js';
export { openaiWake, type OpenAIWakeOptions } from './webhook.js';

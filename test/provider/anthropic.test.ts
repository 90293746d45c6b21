import { describeProvider } from './contract.js';
import { anthropicSubject } from './subject.js';

describeProvider(anthropicSubject);

import { describeProvider } from './contract.js';
import { responsesSubject } from './subject.js';

describeProvider(responsesSubject);

import { describeProvider } from './contract.js';
import { azureSubject } from './subject.js';

describeProvider(azureSubject);

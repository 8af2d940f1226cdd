//! What a rules document may say (rules 9). Every check runs; every fault is reported.

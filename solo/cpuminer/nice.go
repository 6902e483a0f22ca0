package cpuminer

// lowestNice is the priority at which a thread wants the processor only while nobody else does.
const lowestNice = 19

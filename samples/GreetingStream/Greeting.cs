internal sealed record Greeting(string Message, double Timestamp);

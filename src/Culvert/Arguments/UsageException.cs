namespace Culvert.Arguments;

/// <summary>The command line or the configuration is wrong: one line says what, where and what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);

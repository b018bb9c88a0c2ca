namespace Culvert.Server.Storage.Sqlite;

/// <summary>What SQLite answered in place of OK: the inner exception of what the store throws.</summary>
/// <param name="message">SQLite's own text.</param>
/// <param name="code">Its extended result code.</param>
internal sealed class SqliteFault(string message, int code) : Exception(message)
{
    public int Code { get; } = code;
}

namespace Culvert.Server.Storage.Sql;

/// <summary>The data directory cannot be used; the message says what, where and what to do.</summary>
internal sealed class StoreOpenException : Exception
{
    public StoreOpenException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

namespace Culvert.Server.Rooms;

/// <summary>The store could not do its work, and changed nothing.</summary>
internal sealed class StoreException : Exception
{
    public StoreException(string message, bool full, Exception? inner)
        : base(message, inner)
    {
        IsFull = full;
    }

    /// <summary>True when the disk (or a quota) is full: the same call may succeed once space returns.</summary>
    public bool IsFull { get; }
}

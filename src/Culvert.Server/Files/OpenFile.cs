using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>An open file that several answers share. Begins with one use; the last release closes it.</summary>
internal sealed class OpenFile
{
    private int _uses = 1;

    public OpenFile(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Takes a use. False when the last one has gone, and the file must be opened again.</summary>
    public bool TryUse()
    {
        var uses = Volatile.Read(ref _uses);
        while (uses > 0)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            Handle.Dispose();
        }
    }
}

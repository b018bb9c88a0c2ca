using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Chooses the native SQLite once per process: the system's when it is newer than the bundled one.</summary>
/// <remarks>docs/decisions/0003-sqlite-provider.md says why. Safe to call from any thread.</remarks>
internal static unsafe class SqliteLibrary
{
    private const string BundledName = "e_sqlite3";
    private const string SystemName = "libsqlite3.so.0";

    private static readonly Lazy<Choice> Chosen = new(Load);

    /// <summary>Version of the library in use, e.g. <c>3.40.1</c>.</summary>
    public static string Version => Chosen.Value.Version;

    /// <summary>True when the library in use is the operating system's.</summary>
    public static bool IsSystem => Chosen.Value.IsSystem;

    /// <summary>Makes the choice. Must run before the first connection of the process is created.</summary>
    public static void EnsureLoaded() => _ = Chosen.Value;

    /// <summary>
    /// The <c>errno</c> behind the last I/O error of a connection (sqlite3_system_errno); 0 for none.
    /// </summary>
    public static int SystemErrno(sqlite3 database)
    {
        var function = Chosen.Value.SystemErrno;
        return function is null || database.IsInvalid ? 0 : function(database.DangerousGetHandle());
    }

    private static Choice Load()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        var handle = Choose(provider, out var isSystem);
        NativeLibrary.SetDllImportResolver(
            provider, (name, _, _) => name == BundledName ? handle : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());

        delegate* unmanaged[Cdecl]<IntPtr, int> systemErrno = null;
        if (NativeLibrary.TryGetExport(handle, "sqlite3_system_errno", out var export))
        {
            systemErrno = (delegate* unmanaged[Cdecl]<IntPtr, int>)export;
        }

        return new Choice(raw.sqlite3_libversion().utf8_to_string(), isSystem, systemErrno);
    }

    private static IntPtr Choose(Assembly provider, out bool isSystem)
    {
        var bundled = NativeLibrary.TryLoad(BundledName, provider, null, out var found) ? found : IntPtr.Zero;
        isSystem = NativeLibrary.TryLoad(SystemName, out var system) && NumberOf(system) > NumberOf(bundled);
        if (isSystem)
        {
            return system;
        }

        return bundled != IntPtr.Zero
            ? bundled
            : throw new DllNotFoundException(string.Create(
                CultureInfo.InvariantCulture,
                $"SQLite is missing: neither the bundled {BundledName} nor the system's {SystemName} can be loaded."));
    }

    /// <summary>E.g. 3040001 for 3.40.1; -1 when the library is absent or was built without threads.</summary>
    private static int NumberOf(IntPtr library)
    {
        if (library == IntPtr.Zero
            || !NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var number)
            || !NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadSafe)
            || ((delegate* unmanaged[Cdecl]<int>)threadSafe)() == 0)
        {
            return -1;
        }

        return ((delegate* unmanaged[Cdecl]<int>)number)();
    }

    private sealed class Choice(string version, bool isSystem, delegate* unmanaged[Cdecl]<IntPtr, int> systemErrno)
    {
        public string Version { get; } = version;

        public bool IsSystem { get; } = isSystem;

        public delegate* unmanaged[Cdecl]<IntPtr, int> SystemErrno { get; } = systemErrno;
    }
}

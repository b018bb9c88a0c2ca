using System.Text.Encodings.Web;
using System.Text.Json;

namespace Culvert.Client;

/// <summary>How the library writes JSON.</summary>
internal static class ClientJson
{
    /// <summary>
    /// Escapes what JSON demands and no more. What goes out is a request body and never part of a page, so the default,
    /// which escapes for HTML too, would only make every text that is not ASCII longer.
    /// </summary>
    public static readonly JsonWriterOptions Writer = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
